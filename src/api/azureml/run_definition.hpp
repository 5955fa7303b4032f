#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "domain/run.hpp"
#include "domain/run_spec.hpp"

namespace homeport::api::azureml {

/// What a submitted definition says, in the core's terms.
struct ParsedDefinition {
  domain::RunSpec spec;
  std::string parent_run_id;
  std::string run_type;
  std::string configuration;  ///< the definition's own configuration, as JSON, to be shown back
};

/// Reads the definition of startrun and snapshotrun (keys in any case, null as absent).
/// InvalidArgument names the field; NotImplemented names a framework, communicator or kind of input
/// that is not built yet.
base::Result<ParsedDefinition> parse_run_definition(const boost::json::object& definition);

}  // namespace homeport::api::azureml
