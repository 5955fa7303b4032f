#include "service/run_tokens.hpp"

#include "service/runs.hpp"

namespace homeport::service {
namespace {

constexpr std::chrono::minutes kGraceAfterEnd{10};

}  // namespace

base::Result<void> require_live(const Context& context, const security::RunIdentity& bearer) {
  const auto run =
      get_run(context, domain::WorkspaceId(bearer.workspace_id), domain::RunId(bearer.run_id));
  const bool ended =
      run.has_error() ||
      (run.value().ended_at && *run.value().ended_at + kGraceAfterEnd < context.clock.wall());
  if (!ended) return base::success();
  return base::Error{base::ErrorCode::Unauthenticated,
                     "the run that this token was made for has ended",
                     {},
                     "ExpiredAuthenticationToken",
                     {}};
}

}  // namespace homeport::service
