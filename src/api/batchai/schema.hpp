#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "security/secret.hpp"

/// Bodies of requests against tables of what they may hold (models.hpp).
namespace homeport::api::batchai {

enum class Kind {
  Text,
  Integer,   ///< of 32 bits
  Choice,    ///< one of `choices`, in any case; kept as written there
  Duration,  ///< ISO 8601; kept as it came
  Object,    ///< of `model`
  Objects,   ///< a list of them
  Texts,
  Secret,   ///< text that is not kept with the rest
  Unbuilt,  ///< what Homeport does not have yet: NotImplemented, named by `choices`
};

enum class Need {
  Optional,
  Required,
  Present,  ///< must be given, but may be the empty text
};

struct Field;

/// The fields of an object in the order in which they are shown. Borrowed: tables are static.
struct Model {
  constexpr Model() = default;
  template <size_t N>
  explicit(false) constexpr Model(const Field (&all)[N]) : fields(all), size(N) {}

  const Field* fields = nullptr;
  size_t size = 0;
};

struct Field {
  const char* name;
  Kind kind = Kind::Text;
  Need need = Need::Optional;
  Model model{};
  const char* choices = "";  ///< "low normal high"; of Unbuilt: what to call it
  /// Stands in for an absent text, choice or duration; of an Object: one with its own fallbacks
  /// does.
  const char* fallback = nullptr;
  int64_t least = 0;  ///< of an Integer
};

/// What a model has kept of an object: known fields only, null as absent, fallbacks filled in; and
/// beside it, by their paths, the secrets.
struct Conformed {
  boost::json::object value;
  std::map<std::string, security::Secret> secrets;
};

/// Holds `object`, which stands at `path` of the body, against `model`. InvalidArgument for what is
/// missing, of another type, too small, too long or no choice: its target is the path of the field
/// ("properties.cluster.id", "properties.secrets[0].name"), and its message names it too.
base::Result<Conformed> conform(const Model& model, const boost::json::object& object,
                                const std::string& path);

/// A text that a model has kept; "" where there is none.
std::string text_at(const boost::json::object& kept, const char* name);

/// An InvalidArgument of that form.
base::Error wrong_field(const std::string& path, const std::string& why);

}  // namespace homeport::api::batchai
