#pragma once

#include "api/http/router.hpp"
#include "api/web/local_client.hpp"
#include "api/web/sessions.hpp"

namespace homeport::api::web {

/// The pages for people: /web/ (clusters and runs), /web/runs/{workspace}/{run} and its
/// /log, /web/login and /web/assets/. Pages want a session; without one they say which command
/// gives a link (401). What a page shows comes through `ask`, the server's own dispatcher, with the
/// browser's cookie. `sessions` outlives the router.
void add_web_routes(http::Router& router, WebSessions& sessions, Ask ask);

}  // namespace homeport::api::web
