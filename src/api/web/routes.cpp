#include "api/web/routes.hpp"

#include <boost/json.hpp>

#include "api/http/status.hpp"
#include "api/web/assets.hpp"
#include "api/web/html.hpp"
#include "api/web/overview_page.hpp"
#include "api/web/run_page.hpp"
#include "api/web/run_view.hpp"

namespace homeport::api::web {
namespace {

using http::PathParameters;
using http::Request;
using http::Response;
using Page = std::function<base::Result<Response>(const LocalClient&, const Request&,
                                                  const PathParameters&)>;

constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

void secure(Response& response) {
  response.headers.set("Content-Security-Policy", kPolicy);
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.headers.set("Referrer-Policy", "no-referrer");
  response.headers.set("Cache-Control", "no-store");
}

Response html_response(int status, std::string html) {
  Response response = http::text_response(status, "text/html; charset=utf-8", std::move(html));
  secure(response);
  return response;
}

/// Sends the browser on from a page of ours instead of by a redirect: a strict cookie does not go
/// along with a redirect that another site set off.
Response onward(const std::string& path, const std::string& cookie) {
  const std::string target = escape_html(path);
  Response response = html_response(
      200,
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<title>Homeport</title><link rel=\"icon\" href=\"data:,\"><meta http-equiv=\"refresh\" "
      "content=\"0; url=" +
          target + "\"></head><body><a href=\"" + target + "\">Go on</a></body></html>\n");
  if (!cookie.empty()) {
    response.headers.set("Set-Cookie", cookie);
  }
  return response;
}

Response not_logged_in(const Request& request, const std::string& message) {
  return html_response(
      401, html_page("Log in", "<section id=\"head\"><h1>Log in</h1><p>" + escape_html(message) +
                                   "</p><p>On the machine of the server, type</p><pre "
                                   "class=\"command\">homeport login --to " +
                                   escape_html(request.path) +
                                   "</pre><p>and open the link it prints.</p></section>\n"));
}

Response error_page(const Request& request, const base::Error& error) {
  if (error.code == base::ErrorCode::Unauthenticated) {
    return not_logged_in(request, "This page is for the owner of this Homeport.");
  }
  const int status = http::http_status(error.code);
  return html_response(
      status,
      html_page(http::reason_phrase(status),
                "<section id=\"head\"><h1>" + escape_html(http::reason_phrase(status)) +
                    "</h1><p class=\"error\">" + escape_html(error.message) + "</p></section>\n"));
}

bool comes_from_elsewhere(const Request& request) {
  const std::string_view site = request.headers.get("Sec-Fetch-Site");
  return site == "cross-site" || site == "same-site";
}

http::Handler page_handler(const WebSessions& sessions, const Ask& ask, Page page) {
  return [&sessions, ask, page = std::move(page)](const Request& request,
                                                  const PathParameters& parameters) {
    if (!sessions.authenticate(request)) {
      // A strict cookie stays at home when another page's link led here; asked from here it comes.
      return comes_from_elsewhere(request)
                 ? onward(request.path, "")
                 : not_logged_in(request, "This page is for the owner of this Homeport.");
    }
    const LocalClient client(ask, request);
    auto answer = page(client, request, parameters);
    return answer ? std::move(answer).value() : error_page(request, answer.error());
  };
}

base::Result<Response> overview_page(const LocalClient& client, const Request&,
                                     const PathParameters&) {
  HP_TRY(std::string html, render_overview(client));
  return html_response(200, std::move(html));
}

base::Result<Response> run_page(const LocalClient& client, const Request&,
                                const PathParameters& parameters) {
  HP_TRY(const WorkspaceView workspace,
         find_workspace(client, parameters.find("workspace")->second));
  HP_TRY(const RunView run, load_run(client, workspace, parameters.find("run")->second));
  return html_response(200, render_run_page(run));
}

/// As text, whatever the run said that it is: it is shown beside the reader's own session.
base::Result<Response> whole_log(const LocalClient& client, const Request& request,
                                 const PathParameters& parameters) {
  HP_TRY(const WorkspaceView workspace,
         find_workspace(client, parameters.find("workspace")->second));
  HP_TRY(const std::string url, find_log(client, workspace, parameters.find("run")->second,
                                         request.parameter("name").value_or("")));
  HP_TRY(Response response, client.fetch(url));
  secure(response);
  response.headers.set("Content-Type", "text/plain; charset=utf-8");
  return response;
}

Response log_in(WebSessions& sessions, const Request& request) {
  const auto entry = sessions.redeem(request.parameter("code").value_or(""));
  if (!entry) {
    Request page = request;
    page.path = "/web/";
    return not_logged_in(page, entry.error().message);
  }
  return onward(entry.value().return_to, entry.value().cookie);
}

http::Handler asset(const char* type, std::string_view content) {
  return [type, content](const Request&, const PathParameters&) {
    Response response = http::text_response(200, type, std::string(content));
    response.headers.set("X-Content-Type-Options", "nosniff");
    response.headers.set("Cache-Control", "no-cache");
    return response;
  };
}

}  // namespace

void add_web_routes(http::Router& router, WebSessions& sessions, Ask ask) {
  const auto overview = page_handler(sessions, ask, overview_page);
  router.add("GET", "/", overview);
  router.add("GET", "/web", overview);
  router.add("GET", "/web/runs/{workspace}/{run}", page_handler(sessions, ask, run_page));
  router.add("GET", "/web/runs/{workspace}/{run}/log", page_handler(sessions, ask, whole_log));
  router.add("GET", "/web/login", [&sessions](const Request& request, const PathParameters&) {
    return log_in(sessions, request);
  });
  router.add("GET", "/web/assets/page.css", asset("text/css; charset=utf-8", page_style()));
  router.add("GET", "/web/assets/page.js", asset("text/javascript; charset=utf-8", page_script()));
}

}  // namespace homeport::api::web
