#include "service/process_variables.hpp"

#include "security/tokens.hpp"

namespace homeport::service {

base::Variables common_variables(const ResolvedEnvironment& environment) {
  base::Variables variables = environment.variables;
  variables["PATH"] = environment.path;
  variables["LANG"] = "C.UTF-8";
  // A log that is followed must not wait in a buffer of the interpreter.
  variables["PYTHONUNBUFFERED"] = "1";
  variables["PYTHONDONTWRITEBYTECODE"] = "1";
  return variables;
}

base::Result<base::Variables> unseal(const Context& context, const base::Variables& sealed) {
  base::Variables values;
  for (const auto& [name, text] : sealed) {
    HP_TRY(const security::Secret secret, context.keyring.decrypt(text));
    values[name] = secret.reveal();
  }
  return values;
}

void put_over(base::Variables& variables, const base::Variables& more) {
  for (const auto& [name, value] : more) variables[name] = value;
}

}  // namespace homeport::service
