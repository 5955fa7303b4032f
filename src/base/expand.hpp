#pragma once

#include <functional>
#include <map>
#include <string>

namespace homeport::base {

using Variables = std::map<std::string, std::string>;

/// `text` with $NAME and ${NAME} replaced by what `value_of` the name is; "$$" is a dollar sign, a
/// '$' before anything else stays. Cut at 256 KiB, which is more than a program can be given.
std::string expand_variables(const std::string& text,
                             const std::function<std::string(const std::string&)>& value_of);
/// A name that is not there is empty.
std::string expand_variables(const std::string& text, const Variables& variables);

/// `text` such that expand_variables() gives it back as it is.
std::string escape_variables(const std::string& text);

/// `values` with every value expanded, from `known` and from each other in whatever order they
/// stand. One that refers to itself means the known one of its name: "PATH" may be "/opt:$PATH".
Variables expand_values(const Variables& values, const Variables& known);

}  // namespace homeport::base
