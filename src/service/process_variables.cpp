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

// Names and meanings: `ompi_info --all` of Open MPI 4.1.
base::Variables mpi_variables() {
  return {// Every node counts all of the machine's cores as its own.
          {"OMPI_MCA_rmaps_base_oversubscribe", "1"},
          {"OMPI_MCA_hwloc_base_binding_policy", "none"},
          {"OMPI_MCA_mpi_yield_when_idle", "1"},
          // Others decide by the machine's name and memory who is near, and nodes share a machine.
          {"OMPI_MCA_pml", "ob1"},
          // Looked at where the machine's list of users does not have the run's.
          {"SHELL", "/bin/bash"},
          // A preparation is root, of a user namespace.
          {"OMPI_ALLOW_RUN_AS_ROOT", "1"},
          {"OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"}};
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
