#include "api/storage/blob/block_list_document.hpp"

#include <optional>

#include "api/storage/failure.hpp"
#include "api/storage/xml_reader.hpp"
#include "base/text.hpp"

namespace homeport::api::storage::blob {
namespace {

using objects::BlockChoice;
using objects::BlockSource;

constexpr size_t kMaxBlocks = 50'000;

std::optional<BlockSource> source_of(std::string_view tag) {
  if (tag == "Latest") return BlockSource::Latest;
  if (tag == "Committed") return BlockSource::Committed;
  if (tag == "Uncommitted") return BlockSource::Uncommitted;
  return std::nullopt;
}

}  // namespace

base::Result<std::vector<BlockChoice>> parse_block_list(std::string_view text) {
  HP_TRY(const XmlElement root, parse_xml(text));
  if (root.name != "BlockList" || !root.text.empty()) {
    return bad_request("InvalidXmlDocument", "BlockList expected");
  }
  if (root.children.size() > kMaxBlocks) {
    return bad_request("BlockListTooLong", "a block list has at most 50,000 entries");
  }
  std::vector<BlockChoice> choices;
  choices.reserve(root.children.size());
  for (const XmlElement& entry : root.children) {
    const auto source = source_of(entry.name);
    if (!source) {
      return bad_request("InvalidXmlDocument", "an entry is Latest, Committed or Uncommitted");
    }
    auto id = base::base64_decode(entry.text);
    if (!id || id->empty()) {
      return bad_request("InvalidBlockId", "'" + entry.text + "' is no base64 block id");
    }
    choices.push_back({*std::move(id), *source});
  }
  return choices;
}

}  // namespace homeport::api::storage::blob
