#include "api/storage/xml.hpp"

#include <algorithm>
#include <optional>

#include "api/storage/failure.hpp"
#include "base/text.hpp"

namespace homeport::api::storage {
namespace {

using objects::BlockChoice;
using objects::BlockSource;

constexpr size_t kMaxBlocks = 50'000;

base::Error bad_xml(std::string message) {
  return bad_request("InvalidXmlDocument",
                     "the block list is no XML of the expected form: " + std::move(message));
}

// Just enough of XML for one flat list; a general parser would have to be guarded against depth.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  // Blanks, comments, the declaration and a byte order mark.
  void skip_noise() {
    while (true) {
      rest_ = base::trim(rest_);
      if (!skip_between("<?", "?>") && !skip_between("<!--", "-->") && !take("\xef\xbb\xbf")) {
        return;
      }
    }
  }
  bool take(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  std::optional<std::string_view> take_until(std::string_view end) {
    const size_t at = rest_.find(end);
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view text = rest_.substr(0, at);
    rest_.remove_prefix(at + end.size());
    return text;
  }
  bool done() const { return rest_.empty(); }

 private:
  bool skip_between(std::string_view open, std::string_view close) {
    if (!rest_.starts_with(open)) return false;
    const size_t at = rest_.find(close, open.size());
    if (at == std::string_view::npos) return false;
    rest_.remove_prefix(at + close.size());
    return true;
  }

  std::string_view rest_;
};

std::optional<BlockSource> source_of(std::string_view tag) {
  if (tag == "Latest") return BlockSource::Latest;
  if (tag == "Committed") return BlockSource::Committed;
  if (tag == "Uncommitted") return BlockSource::Uncommitted;
  return std::nullopt;
}

base::Result<BlockChoice> parse_entry(Scanner& scanner) {
  if (!scanner.take("<")) return bad_xml("text between the entries");
  const auto tag = scanner.take_until(">");
  const auto source = tag ? source_of(*tag) : std::nullopt;
  if (!source) return bad_xml("an entry is Latest, Committed or Uncommitted");
  const auto text = scanner.take_until("</" + std::string(*tag) + ">");
  if (!text) return bad_xml("an entry has no end");
  auto id = base::base64_decode(base::trim(*text));
  if (!id || id->empty()) {
    return bad_request("InvalidBlockId", "'" + std::string(*text) + "' is no base64 block id");
  }
  return BlockChoice{*std::move(id), *source};
}

// From the opening tag to the closing one.
base::Result<void> parse_entries(Scanner& scanner, std::vector<BlockChoice>& choices) {
  if (!scanner.take("<BlockList")) return bad_xml("BlockList expected");
  if (!scanner.take_until(">")) return bad_xml("BlockList has no end");
  while (true) {
    scanner.skip_noise();
    if (scanner.take("</BlockList>")) return base::success();
    if (choices.size() == kMaxBlocks) {
      return bad_request("BlockListTooLong", "a block list has at most 50,000 entries");
    }
    HP_TRY(auto choice, parse_entry(scanner));
    choices.push_back(std::move(choice));
  }
}

bool is_xml_text(std::string_view text) {
  return std::ranges::none_of(text,
                              [](char c) {
                                const auto byte = static_cast<unsigned char>(c);
                                return byte < 0x20 && c != '\t' && c != '\n' && c != '\r';
                              }) &&
         text.find("\xef\xbf\xbe") == std::string_view::npos &&
         text.find("\xef\xbf\xbf") == std::string_view::npos;
}

}  // namespace

std::string xml_escape(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\r':
        escaped += "&#13;";  // a parser would make a newline of it
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string xml_element(std::string_view name, std::string_view text) {
  std::string element = "<" + std::string(name);
  if (text.empty()) return element + " />";
  return element + ">" + xml_escape(text) + "</" + std::string(name) + ">";
}

std::string xml_name_element(std::string_view name, std::string_view text) {
  if (is_xml_text(text)) return xml_element(name, text);
  return "<" + std::string(name) + " Encoded=\"true\">" + base::percent_encode(text, "/") + "</" +
         std::string(name) + ">";
}

base::Result<std::vector<BlockChoice>> parse_block_list(std::string_view text) {
  Scanner scanner(text);
  std::vector<BlockChoice> choices;
  scanner.skip_noise();
  const bool empty = scanner.take("<BlockList/>") || scanner.take("<BlockList />");
  if (!empty) {
    HP_TRYV(parse_entries(scanner, choices));
  }
  scanner.skip_noise();
  if (!scanner.done()) return bad_xml("text after its end");
  return choices;
}

}  // namespace homeport::api::storage
