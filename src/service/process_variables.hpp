#pragma once

#include <map>
#include <string>

#include "base/expand.hpp"
#include "base/result.hpp"
#include "service/context.hpp"
#include "service/environments.hpp"

namespace homeport::service {

/// What every process finds besides what its dialect and its user give it.
base::Variables common_variables(const ResolvedEnvironment& environment);

/// For runs whose one process may call mpirun: Open MPI takes no node for the whole machine.
base::Variables mpi_variables();

/// The values of variables that are kept sealed. They go into orders only.
base::Result<base::Variables> unseal(const Context& context, const base::Variables& sealed);

/// `more` over what `variables` has.
void put_over(base::Variables& variables, const base::Variables& more);

}  // namespace homeport::service
