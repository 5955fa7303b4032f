#include "shares/card.hpp"

#include "objects/record_json.hpp"

namespace homeport::shares {

namespace json = boost::json;

int64_t birth_of(const struct statx& status) {
  return status.stx_btime.tv_sec * 1'000'000'000 + status.stx_btime.tv_nsec;
}

void Card::identify(const struct statx& status) {
  inode = status.stx_ino;
  birth_ns = birth_of(status);
}

bool Card::speaks_of(const struct statx& status) const {
  return inode == status.stx_ino && birth_ns == birth_of(status);
}

bool Card::says_nothing() const {
  return !created && attributes.empty() && permission_key.empty() && metadata.empty() && !copy &&
         properties == objects::ContentProperties{};
}

std::string render_card(const Card& card) {
  json::object object{{"path", card.path},
                      {"inode", card.inode},
                      {"birth_ns", card.birth_ns},
                      {"etag", card.etag},
                      {"modified", objects::to_number(card.modified)},
                      {"attributes", card.attributes},
                      {"permission_key", card.permission_key},
                      {"properties", objects::to_json(card.properties)},
                      {"metadata", objects::to_json(card.metadata)}};
  if (card.created) object["created"] = objects::to_number(*card.created);
  if (card.copy) object["copy"] = objects::to_json(*card.copy);
  return json::serialize(object) + "\n";
}

base::Result<Card> parse_card(std::string_view text) {
  try {
    const json::value value = json::parse({text.data(), text.size()});
    const auto part = [&](const char* key) { return json::value_to<std::string>(value.at(key)); };
    Card card;
    card.path = part("path");
    card.inode = value.at("inode").to_number<uint64_t>();
    card.birth_ns = value.at("birth_ns").to_number<int64_t>();
    card.etag = part("etag");
    card.modified = objects::time_of(value.at("modified"));
    card.attributes = part("attributes");
    card.permission_key = part("permission_key");
    card.properties = objects::properties_of(value.at("properties"));
    card.metadata = objects::metadata_of(value.at("metadata"));
    const json::object& fields = value.as_object();
    if (const auto* created = fields.if_contains("created")) {
      card.created = objects::time_of(*created);
    }
    if (const auto* copy = fields.if_contains("copy")) card.copy = objects::copy_of(*copy);
    return card;
  } catch (const std::exception&) {
    return base::internal("a card of a file share is damaged");
  }
}

}  // namespace homeport::shares
