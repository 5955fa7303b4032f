#include "engine/local/agent_program.hpp"

#include <string_view>

#include "base/file.hpp"
#include "base/text.hpp"
#include "security/tokens.hpp"

extern "C" {
extern const char kHomeportAgentBegin[];  // NOLINT(modernize-avoid-c-arrays): made by the assembler
extern const char kHomeportAgentEnd[];
}

namespace homeport::engine::local {

base::Result<std::filesystem::path> install_agent(const std::filesystem::path& directory) {
  const std::string_view program(kHomeportAgentBegin,
                                 static_cast<size_t>(kHomeportAgentEnd - kHomeportAgentBegin));
  const std::string hash = base::to_hex(security::sha256(program)).substr(0, 16);
  const std::filesystem::path path = directory / hash / "homeport-agent";
  std::error_code error;
  if (std::filesystem::file_size(path, error) == program.size() && !error) return path;
  HP_TRYV(base::make_directory(path.parent_path(), 0755));
  HP_TRYV(base::write_file_durably(path, program, 0755));
  return path;
}

}  // namespace homeport::engine::local
