#include "app/homeport_server.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <thread>
#include <utility>

#include "api/http/access_log.hpp"
#include "api/http/metrics.hpp"
#include "api/http/server.hpp"
#include "api/identity/routes.hpp"
#include "api/monitoring/process_figures.hpp"
#include "api/monitoring/routes.hpp"
#include "api/monitoring/server_figures.hpp"
#include "api/monitoring/service_figures.hpp"
#include "api/simple/simple_index.hpp"
#include "api/storage/blob/blob_service.hpp"
#include "api/storage/copy_sources.hpp"
#include "api/storage/files/file_service.hpp"
#include "api/web/routes.hpp"
#include "api/web/sessions.hpp"
#include "app/audit_log.hpp"
#include "app/control_link.hpp"
#include "app/data_directory.hpp"
#include "app/default_workspace.hpp"
#include "app/dispatcher.hpp"
#include "app/embedded_agent.hpp"
#include "app/embedded_package.hpp"
#include "app/embedded_wheel.hpp"
#include "app/emulator.hpp"
#include "app/file_link.hpp"
#include "app/free_port.hpp"
#include "app/housekeeping.hpp"
#include "app/make_gateway.hpp"
#include "app/node_limits.hpp"
#include "app/routes.hpp"
#include "app/run_dialects.hpp"
#include "app/server_log.hpp"
#include "app/storage_keys.hpp"
#include "base/text.hpp"
#include "engine/local/gpus.hpp"
#include "engine/local/local_engine.hpp"
#include "ledger/sqlite/sqlite_ledger.hpp"
#include "objects/local_object_store.hpp"
#include "security/certificates.hpp"
#include "security/given_certificate.hpp"
#include "security/json_web_token.hpp"
#include "security/tokens.hpp"
#include "service/control/control_loop.hpp"
#include "service/gateway_environment.hpp"
#include "service/leftovers.hpp"
#include "service/long_operations.hpp"
#include "service/operations.hpp"
#include "service/order_composer.hpp"
#include "service/transactions.hpp"
#include "service/workspaces.hpp"

namespace homeport::app {
namespace {

constexpr std::chrono::seconds kStopGrace{5};
constexpr std::chrono::hours kLinkLifetime{24};
constexpr std::chrono::minutes kHousekeepingPeriod{60};
constexpr std::chrono::hours kNodeFilesKept{24};
/// Of the agents' endpoints: outside the ephemeral ports and those leased to attempts.
constexpr int kFirstEndpointPort = 19'000;
constexpr int kLastEndpointPort = 19'999;

/// `python`, where a distribution has `python3` only.
base::Result<void> name_python(const std::filesystem::path& directory,
                               const std::filesystem::path& interpreter) {
  HP_TRYV(base::make_directory(directory));
  const std::filesystem::path name = directory / "python";
  std::error_code failed;
  if (std::filesystem::read_symlink(name, failed) == interpreter) return base::success();
  std::filesystem::remove(name, failed);
  std::filesystem::create_symlink(interpreter, name, failed);
  if (failed) return base::system_error("cannot link " + name.string(), failed.value());
  return base::success();
}

base::Result<service::EnvironmentOptions> environment_options(const ServeOptions& options,
                                                              const DataDirectory& data, int gpus) {
  service::EnvironmentOptions environments;
  environments.directory = options.environments_directory.empty()
                               ? data.environments()
                               : std::filesystem::absolute(options.environments_directory);
  HP_TRYV(base::make_directory(environments.directory, 0711));
  HP_TRY(environments.base_python, service::find_base_python(options.python));
  HP_TRY(environments.base_python_version, service::python_version(environments.base_python));
  environments.command_directory = data.commands();
  HP_TRYV(name_python(environments.command_directory, environments.base_python));
  environments.package_directory = data.python();
  environments.package_version = api::simple::version_of(embedded_wheel_name());
  environments.gpus = gpus;
  environments.rules = service::default_package_rules();
  environments.images = service::default_image_rules();
  const auto table = base::read_file(data.root / "packages.json");
  if (table.has_value()) {
    HP_TRY(environments.rules, service::parse_package_rules(table.value()));
    HP_TRY(environments.images, service::parse_image_rules(table.value()));
  }
  return environments;
}

/// All, or those that a person has chosen.
base::Result<std::vector<std::string>> gpus_of_machine(const DataDirectory& data) {
  const auto chosen = base::read_file(data.root / "gpus.json");
  if (chosen.has_value()) return engine::parse_gpu_list(chosen.value());
  return engine::find_gpus();
}

}  // namespace

/// In the order in which they are made; the end goes the other way round.
struct HomeportServer::Parts {
  base::SystemClock clock;
  DataDirectory data;
  ServerLogs logs;
  std::unique_ptr<security::Keyring> keyring;
  std::unique_ptr<security::CertificateAuthority> authority;
  std::unique_ptr<security::GivenCertificate> certificate;  ///< null where none was given
  std::unique_ptr<objects::LocalObjectStore> objects;
  std::unique_ptr<shares::ShareStore> shares;
  std::unique_ptr<ledger::SqliteLedger> ledger;
  service::control::Inbox inbox;
  ControlLink control_link{inbox};
  NodeLimits node_limits{inbox};
  std::unique_ptr<engine::LocalEngine> engine;
  std::unique_ptr<service::Context> context;
  std::unique_ptr<StorageKeys> storage_keys;
  std::unique_ptr<api::storage::CopySources> copy_sources;
  std::unique_ptr<api::storage::blob::BlobService> blobs;
  std::unique_ptr<api::storage::files::FileService> files;
  std::unique_ptr<api::web::WebSessions> sessions;
  std::unique_ptr<AuditLog> audit;
  std::unique_ptr<api::gateway::Gateway> gateway;
  service::EnvironmentOptions environments;
  std::filesystem::path run_bundle;
  std::unique_ptr<service::OrderComposer> composer;
  std::unique_ptr<service::LongOperations> operations;
  std::unique_ptr<service::control::ControlLoop> loop;
  api::http::Router router;
  api::http::Router login_router;
  std::unique_ptr<Dispatcher> dispatcher;
  api::http::Metrics metrics;
  std::unique_ptr<api::http::AccessLog> access_log;
  std::unique_ptr<Emulator> emulator;  ///< null where it is off
  std::unique_ptr<api::http::Server> server;
  std::thread control_thread;
  std::thread operations_thread;
  std::unique_ptr<Housekeeping> housekeeping;
  bool running = true;
  std::string url;
  Ready ready;

  base::Result<void> open_stores(const ServeOptions& options);
  base::Result<void> open_engine(const ServeOptions& options);
  api::storage::ChangeObserver account_watch() const;
  void add_routes(const ServeOptions& options);
  void add_figures();
  base::Result<void> listen(const ServeOptions& options);
  base::Result<void> start_control();
  void end_nodes_without_runs();
  std::string blob_link(const api::http::Request& request, const objects::ObjectName& object,
                        api::azureml::LinkFor purpose) const;
  base::Result<security::Principal> storage_bearer(std::string_view token) const;
  api::gateway::IsOwnHost own_hosts() const;
  std::string run_permissions(const security::RunIdentity& run,
                              const api::storage::Resource& asked) const;
};

base::Result<void> HomeportServer::Parts::open_stores(const ServeOptions& options) {
  HP_TRY(data, DataDirectory::prepare(options.data_directory));
  logs = ServerLogs::open();
  HP_TRY(audit, AuditLog::open(data.root / "log", clock));
  HP_TRYV(unpack_package(embedded_wheel(), data.python()));
  HP_TRYV(unpack_package(embedded_utilities(), data.batchai()));
  HP_TRY(keyring, security::Keyring::open(data.secrets()));
  HP_TRY(authority, security::CertificateAuthority::open(data.secrets() / "ca"));
  if (!options.tls_certificate.empty()) {
    HP_TRY(certificate, security::GivenCertificate::read(options.tls_certificate, options.tls_key,
                                                         clock.wall()));
  }
  HP_TRY(objects, objects::LocalObjectStore::open(data.objects(), clock));
  HP_TRY(shares, shares::ShareStore::open(data.objects(), clock));
  HP_TRY(ledger, ledger::SqliteLedger::open(data.ledger().string()));
  ledger->on_fatal([logger = logs.events](const std::string& cause) {
    // Design rule 11: what is on the disk is the truth; a new process reads it.
    logger->critical("the outcome of a commit is unknown, the server ends: {}", cause);
    logger->flush();
    std::_Exit(70);
  });
  return base::success();
}

base::Result<void> HomeportServer::Parts::open_engine(const ServeOptions& options) {
  engine::LocalEngineOptions local;
  local.data_directory = data.root;
  local.capacity = options.capacity;
  local.agent_program = embedded_agent();
  local.first_endpoint_port = kFirstEndpointPort;
  local.last_endpoint_port = kLastEndpointPort;
  local.visible = {(data.root / "environments").string(), data.python().string(),
                   data.commands().string(), data.certificates().string()};
  if (const char* home = std::getenv("HOME")) {
    local.hidden.push_back(std::string(home) + "/.config/homeport");
  }
  HP_TRY(local.gpus, gpus_of_machine(data));
  const int gpus = static_cast<int>(local.gpus.size());
  HP_TRY(engine, engine::LocalEngine::create(std::move(local), node_limits, clock));
  context = std::make_unique<service::Context>(service::Context{
      *ledger, *objects, clock, *keyring, control_link, data.root, engine->capacity(), gpus});
  HP_TRY(run_bundle, write_run_bundle(data.certificates(), *authority));
  HP_TRY(environments, environment_options(options, data, gpus));
  environments.index_url = [this] { return url + "/simple/"; };
  composer = std::make_unique<service::OrderComposer>(
      *context, environments, run_dialects(*context, [this] {
        return service::RunGateway{url, run_bundle, gateway->options().needs_token};
      }));
  operations = std::make_unique<service::LongOperations>(*context);
  loop = std::make_unique<service::control::ControlLoop>(service::control::ControlParts{
      *ledger, *engine, *composer, clock, inbox, [] { return base::random_hex(16); }, is_port_free,
      [this] { operations->something_ended(); }, gpus});
  return base::success();
}

std::string HomeportServer::Parts::blob_link(const api::http::Request& request,
                                             const objects::ObjectName& object,
                                             api::azureml::LinkFor purpose) const {
  // The account is the workspace's own: its key is there.
  return file_link(*blobs, *files, request, {object.account, object.container, object.name},
                   purpose == api::azureml::LinkFor::Writing ? "rcw" : "r",
                   clock.wall() + kLinkLifetime);
}

std::string HomeportServer::Parts::run_permissions(const security::RunIdentity& run,
                                                   const api::storage::Resource& asked) const {
  if (!storage_keys->belongs_to(asked.account, run.workspace_id)) return "";
  // Runs read each other's files; what they write there goes through the links of the artifact
  // service, which gives them to the run itself only.
  const bool of_runs =
      asked.service == api::storage::Service::Blob && asked.container == service::kRunContainer;
  return asked.container.empty() || of_runs ? "rl" : api::storage::kAllPermissions;
}

base::Result<security::Principal> HomeportServer::Parts::storage_bearer(
    std::string_view token) const {
  HP_TRY(security::Principal principal, keyring->verify_bearer(token, clock.wall()));
  const security::TokenPurpose purpose = security::purpose_of(token);
  const bool meant = purpose.audience.empty() || api::gateway::is_for_storage(purpose, own_hosts());
  if (meant) return principal;
  return security::token_refused("was asked for another service than storage");
}

api::gateway::IsOwnHost HomeportServer::Parts::own_hosts() const {
  return [this](std::string_view host) { return gateway->is_own(host); };
}

api::storage::ChangeObserver HomeportServer::Parts::account_watch() const {
  return [log = audit.get()](const api::storage::AccountChange& change) { log->record(change); };
}

void HomeportServer::Parts::add_routes(const ServeOptions& options) {
  storage_keys = std::make_unique<StorageKeys>(*context);
  const api::storage::Access access{
      *storage_keys, clock, [this](std::string_view token) { return storage_bearer(token); },
      [this](const security::RunIdentity& run, const api::storage::Resource& asked) {
        return run_permissions(run, asked);
      }};
  copy_sources = std::make_unique<api::storage::CopySources>(*objects, *shares, access);
  blobs = std::make_unique<api::storage::blob::BlobService>(
      api::storage::blob::BlobServiceParts{*objects, access, *copy_sources, account_watch()});
  files = std::make_unique<api::storage::files::FileService>(api::storage::files::FileServiceParts{
      *objects, *shares, access, *copy_sources, account_watch()});
  sessions = std::make_unique<api::web::WebSessions>(*keyring, clock);
  const base::TimePoint started = clock.wall();
  add_all_routes(router, {*context,
                          [this](const auto& request, const auto& object, auto purpose) {
                            return blob_link(request, object, purpose);
                          },
                          [this](const domain::EnvironmentSpec& spec) {
                            return service::resolve_environment(spec, environments).warnings;
                          },
                          [this](const auto& request, const auto& file, base::TimePoint expiry) {
                            return file_link(*blobs, *files, request, file, "r", expiry);
                          },
                          *shares,
                          [this, started, capacity = options.capacity] {
                            return api::arm::ServerFacts{HOMEPORT_VERSION,
                                                         started,
                                                         data.root.string(),
                                                         capacity,
                                                         node_limits.known(),
                                                         engine->group_controllers(),
                                                         emulator ? emulator->url() : ""};
                          },
                          [this](const std::string& return_to) {
                            const api::web::LoginLink link = sessions->make_login_link(return_to);
                            return api::arm::LoginLink{link.path, link.expires_at};
                          },
                          [this] { return facts_of(*gateway, *authority); }});
  api::web::add_web_routes(router, *sessions, [this](api::http::Request request) {
    const api::http::Router::Match match = router.find(request.method, request.path);
    return (*dispatcher)(request, match);
  });
  api::monitoring::add_monitoring_routes(router, metrics);
  const api::identity::IdentityParts identity{*keyring, clock};
  api::identity::add_tenant_routes(router, identity);
  api::identity::add_login_host_routes(login_router, identity);
  dispatcher = std::make_unique<Dispatcher>(
      *context, *blobs, *files, login_router, *audit,
      [this](const api::http::Request& request) { return sessions->authenticate(request); },
      own_hosts());
}

/// Once the server listens: a request must not ask for it before it is there.
void HomeportServer::Parts::add_figures() {
  metrics.add_source([this] { return api::monitoring::service_figures(*context); });
  metrics.add_source([this] {
    return api::monitoring::server_figures(
        {HOMEPORT_VERSION, ledger->activity(), data.ledger(), data.root, inbox.size(),
         server->connections(), server->queued_requests(), engine->group_controllers()});
  });
  metrics.add_source([] { return api::monitoring::process_figures(); });
}

base::Result<void> HomeportServer::Parts::listen(const ServeOptions& options) {
  access_log = std::make_unique<api::http::AccessLog>(logs.access);
  api::http::ServerOptions http;
  http.listen = {options.listen};
  http.spool_directory = data.spool();
  http.unrouted_body_bytes = api::storage::blob::kMaxBodyBytes;
  http.authority = authority.get();
  http.certificate = certificate.get();
  http.observers = {&metrics, access_log.get()};
  if (options.emulator_port) {
    HP_TRY(emulator, Emulator::start({*options.emulator_port, data.emulator(), data.spool(),
                                      http.observers, account_watch()},
                                     clock));
  }
  HP_TRY(gateway, make_gateway(options, *context, *storage_keys));
  http.proxy = gateway.get();
  HP_TRY(server, api::http::Server::start(
                     std::move(http), router,
                     [this](api::http::Request& request, const api::http::Router::Match& match) {
                       return (*dispatcher)(request, match);
                     },
                     [this](api::http::Request& request, const api::http::Router::Match& match) {
                       return dispatcher->admit(request, match);
                     }));
  url = "http://" + server->addresses().front();
  engine->set_server_url(url);
  return base::success();
}

base::Result<void> HomeportServer::Parts::start_control() {
  HP_TRYV(loop->load());
  control_link.connect(*loop, *operations);
  const auto go_on = [this](const char* what, auto& part) {
    return std::thread([this, what, &part] {
      const base::Result<void> ended = part.run();
      if (ended.has_value()) return;
      logs.events->critical("{} cannot go on, the server ends: {}", what, ended.error().message);
      logs.events->flush();
      std::_Exit(70);
    });
  };
  control_thread = go_on("the control loop", *loop);
  operations_thread = go_on("the thread of long operations", *operations);
  return base::success();
}

/// Nodes outlive the server for the sake of their runs. Where no run is left they go with it, so
/// that `down` leaves nothing behind; the next start makes what its clusters want.
void HomeportServer::Parts::end_nodes_without_runs() {
  const auto unfinished = service::read(*ledger, [](ledger::Transaction& transaction) {
    return transaction.runs().list_unfinished();
  });
  if (unfinished.has_error() || !unfinished.value().empty()) return;
  if (!engine->stop_all_nodes()) {
    logs.events->warn("a node does not end; the next start looks for it again");
    return;
  }
  const auto forgotten = ledger->write([](ledger::Transaction& transaction) -> base::Result<void> {
    HP_TRY(const auto nodes, transaction.nodes().list_all());
    for (const domain::Node& node : nodes) {
      HP_TRYV(transaction.nodes().remove(node.id));
    }
    return base::success();
  });
  if (forgotten.has_error())
    logs.events->warn("cannot forget the nodes: {}", forgotten.error().message);
}

HomeportServer::HomeportServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

base::Result<std::unique_ptr<HomeportServer>> HomeportServer::start(const ServeOptions& options) {
  auto parts = std::make_unique<Parts>();
  HP_TRYV(parts->open_stores(options));
  HP_TRYV(parts->open_engine(options));
  parts->add_routes(options);
  HP_TRY(const domain::WorkspaceKey workspace, ensure_default_workspace(*parts->context));
  HP_TRYV(parts->listen(options));
  parts->add_figures();
  HP_TRYV(parts->start_control());
  parts->housekeeping = std::make_unique<Housekeeping>(
      kHousekeepingPeriod, [&objects = *parts->objects, &shares = *parts->shares,
                            &context = *parts->context, emulator = parts->emulator.get()] {
        if (emulator != nullptr) emulator->collect_garbage();
        objects.collect_garbage();
        shares.collect_garbage();
        service::remove_cluster_leftovers(context, kNodeFilesKept);
        const auto forgotten = service::forget_old_operations(context);
        if (forgotten.has_error())
          spdlog::warn("old operations stay: {}", forgotten.error().message);
      });
  parts->ready = {parts->url, parts->keyring->owner_token(), workspace,
                  parts->url + parts->sessions->make_login_link("").path,
                  parts->emulator ? parts->emulator->url() : ""};
  return std::unique_ptr<HomeportServer>(new HomeportServer(std::move(parts)));
}

HomeportServer::~HomeportServer() {
  stop();
}

const Ready& HomeportServer::ready() const {
  return parts_->ready;
}

void HomeportServer::stop() {
  if (!std::exchange(parts_->running, false)) return;
  parts_->server->stop(kStopGrace);
  if (parts_->emulator) parts_->emulator->stop(kStopGrace);
  parts_->operations->stop();
  if (parts_->operations_thread.joinable()) parts_->operations_thread.join();
  parts_->loop->stop();
  if (parts_->control_thread.joinable()) {
    parts_->control_thread.join();
    parts_->end_nodes_without_runs();
  }
  parts_->engine->shutdown();
}

}  // namespace homeport::app
