#pragma once

#include "api/batchai/schema.hpp"

/// What the bodies of Batch AI's requests hold: the parameters of API version 2018-05-01. What the
/// service sets itself is in none of these tables, and so is ignored where a client sends it.
namespace homeport::api::batchai {

extern const Model kWorkspaceParameters;  ///< of PUT
extern const Model kClusterProperties;    ///< of PUT
extern const Model kClusterScale;         ///< of PATCH
extern const Model kJobProperties;        ///< of PUT

}  // namespace homeport::api::batchai
