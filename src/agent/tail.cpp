#include "agent/tail.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.hpp"

namespace homeport::agent {
namespace {

constexpr off_t kMost = 8192;

std::string make_utf8(std::string text) {
  if (base::is_utf8(text)) return text;
  std::string result;
  for (const std::string& line : base::split(text, '\n')) {
    std::string shown = line;
    if (!base::is_utf8(shown)) {
      std::replace_if(
          shown.begin(), shown.end(), [](char c) { return static_cast<unsigned char>(c) > 127; },
          '?');
    }
    result += shown + '\n';
  }
  result.pop_back();
  return result;
}

}  // namespace

std::string last_lines(const base::FileDescriptor& file, int lines) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  const off_t begin = std::max<off_t>(0, status.st_size - kMost);
  std::string text(static_cast<size_t>(status.st_size - begin), '\0');
  const ssize_t got = ::pread(file.get(), text.data(), text.size(), begin);
  text.resize(got < 0 ? 0 : static_cast<size_t>(got));
  while (text.ends_with('\n')) text.pop_back();
  size_t at = text.size();
  for (int left = lines; left > 0 && at != std::string::npos && at > 0; --left) {
    at = text.rfind('\n', at - 1);
  }
  if (at != std::string::npos && at < text.size()) text.erase(0, text[at] == '\n' ? at + 1 : 0);
  return make_utf8(std::move(text));
}

}  // namespace homeport::agent
