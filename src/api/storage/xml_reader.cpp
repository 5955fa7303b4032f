#include "api/storage/xml_reader.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "api/storage/failure.hpp"
#include "base/text.hpp"

namespace homeport::api::storage {
namespace {

constexpr int kMaxDepth = 8;

base::Error bad_xml(std::string message) {
  return bad_request("InvalidXmlDocument",
                     "the body is no XML of the expected form: " + std::move(message));
}

void append_utf8(std::string& text, uint32_t code) {
  const auto put = [&](uint32_t byte) { text += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0U | (code >> 6U));
    put(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    put(0xE0U | (code >> 12U));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  } else {
    put(0xF0U | (code >> 18U));
    put(0x80U | ((code >> 12U) & 0x3FU));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  }
}

// What stands between '&' and ';'.
bool append_entity(std::string& text, std::string_view entity) {
  if (entity == "amp") return text += '&', true;
  if (entity == "lt") return text += '<', true;
  if (entity == "gt") return text += '>', true;
  if (entity == "quot") return text += '"', true;
  if (entity == "apos") return text += '\'', true;
  if (!entity.starts_with('#')) return false;
  entity.remove_prefix(1);
  const int radix = entity.starts_with('x') ? 16 : 10;
  if (radix == 16) entity.remove_prefix(1);
  uint32_t code = 0;
  const auto [end, error] =
      std::from_chars(entity.data(), entity.data() + entity.size(), code, radix);
  if (error != std::errc() || end != entity.data() + entity.size()) return false;
  if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return false;
  append_utf8(text, code);
  return true;
}

std::optional<std::string> unescape(std::string_view raw) {
  std::string text;
  while (true) {
    const size_t at = raw.find('&');
    text += raw.substr(0, at);
    if (at == std::string_view::npos) return text;
    raw.remove_prefix(at + 1);
    const size_t end = raw.find(';');
    if (end == std::string_view::npos || !append_entity(text, raw.substr(0, end))) {
      return std::nullopt;
    }
    raw.remove_prefix(end + 1);
  }
}

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  base::Result<XmlElement> document() {
    take("\xef\xbb\xbf");
    skip_noise();
    if (!rest_.starts_with('<')) return bad_xml("no element");
    HP_TRY(XmlElement root, element(0));
    skip_noise();
    if (!rest_.empty()) return bad_xml("text after its end");
    return root;
  }

 private:
  bool take(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }

  bool skip_between(std::string_view open, std::string_view close) {
    if (!rest_.starts_with(open)) return false;
    const size_t at = rest_.find(close, open.size());
    if (at == std::string_view::npos) return false;
    rest_.remove_prefix(at + close.size());
    return true;
  }

  // Blanks, comments and the declaration.
  void skip_noise() {
    do {
      rest_ = base::trim(rest_);
    } while (skip_between("<?", "?>") || skip_between("<!--", "-->"));
  }

  // At '<' of an opening tag.
  base::Result<XmlElement> element(int depth) {
    if (depth == kMaxDepth) return bad_xml("it is nested too deeply");
    rest_.remove_prefix(1);
    const size_t end = rest_.find('>');
    if (end == std::string_view::npos) return bad_xml("a tag has no end");
    std::string_view tag = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    const bool empty = tag.ends_with('/');
    if (empty) tag.remove_suffix(1);
    const std::string_view qualified = tag.substr(0, tag.find_first_of(" \t\r\n"));
    XmlElement result;
    result.name = qualified.substr(qualified.find(':') + 1);
    const bool named =
        !result.name.empty() && result.name.find_first_of("<>&!\"'") == std::string::npos;
    if (!named) return bad_xml("a tag has no name");
    if (empty) return result;
    HP_TRYV(content(result, std::string(qualified), depth));
    return result;
  }

  base::Result<void> content(XmlElement& parent, const std::string& tag, int depth) {
    std::string text;
    while (true) {
      const size_t at = rest_.find('<');
      if (at == std::string_view::npos) return bad_xml("'" + tag + "' has no end");
      const auto piece = unescape(rest_.substr(0, at));
      if (!piece) return bad_xml("an entity is not known");
      text += *piece;
      rest_.remove_prefix(at);
      if (skip_between("<!--", "-->")) continue;
      if (rest_.starts_with("</")) break;
      HP_TRY(XmlElement child, element(depth + 1));
      parent.children.push_back(std::move(child));
    }
    rest_.remove_prefix(2);
    const size_t end = rest_.find('>');
    if (end == std::string_view::npos || base::trim(rest_.substr(0, end)) != tag) {
      return bad_xml("'" + tag + "' is not closed");
    }
    rest_.remove_prefix(end + 1);
    parent.text = base::trim(text);
    if (!parent.children.empty() && !parent.text.empty()) {
      return bad_xml("text between the elements of '" + tag + "'");
    }
    return base::success();
  }

  std::string_view rest_;
};

}  // namespace

const XmlElement* XmlElement::find(std::string_view child) const {
  const auto found = std::ranges::find(children, child, &XmlElement::name);
  return found == children.end() ? nullptr : &*found;
}

std::string XmlElement::text_of(std::string_view child) const {
  const XmlElement* found = find(child);
  return found == nullptr ? "" : found->text;
}

base::Result<XmlElement> parse_xml(std::string_view text) {
  return Reader(text).document();
}

}  // namespace homeport::api::storage
