#include "ganglion/serve/metrics/names.h"
#include "ganglion/sys/process_stats.h"

namespace ganglion::serve::metrics {
namespace {

void AppendHttp(const HttpState& http, Page& page) {
  const auto whole = [](std::uint64_t value) { return static_cast<double>(value); };
  page.Gauge({"ganglion_http_connections", "Connections that are open."}, {},
             whole(http.connections_open));
  page.Counter({"ganglion_http_connections_accepted_total", "Connections that were accepted."}, {},
               whole(http.connections_accepted));
  page.Counter({"ganglion_http_connections_refused_total", "Connections over a limit."}, {},
               whole(http.connections_refused));
  page.Gauge({"ganglion_http_requests_open", "HTTP requests that are being answered."}, {},
             whole(http.requests_open));
  page.Counter({"ganglion_http_requests_aborted_total", "HTTP answers that did not leave whole."},
               {}, whole(http.requests_aborted));
  page.Counter({"ganglion_http_received_bytes_total", "Bytes from clients."}, {},
               whole(http.bytes_in));
  page.Counter({"ganglion_http_sent_bytes_total", "Bytes to clients."}, {}, whole(http.bytes_out));
}

}  // namespace

void AppendServerNames(const ServerState& state, const std::string& version, Page& page) {
  page.Gauge({"ganglion_build_info", "The program; the value is 1."}, {{"version", version}}, 1);
  page.Gauge({"ganglion_ready", "1 where /ready answers 200."}, {}, state.ready ? 1 : 0);
  if (state.canary_age_s) {
    page.Gauge({"ganglion_canary_age_seconds",
                "Since the last token that a model gave to the server itself."},
               {}, *state.canary_age_s);
  }
  page.Counter({"ganglion_canary_failures_total", "Requests for such a token that failed."}, {},
               static_cast<double>(state.canary_failures));
  page.Counter({"ganglion_access_log_dropped_total", "Lines that the access log had no room for."},
               {}, static_cast<double>(state.log_lines_dropped));
  if (state.http) AppendHttp(*state.http, page);
}

void AppendProcessNames(Page& page) {
  const sys::ProcessStats stats = sys::MeasureProcess();
  const auto gauge = [&](const char* name, const char* help, const auto& value) {
    if (value) page.Gauge({name, help}, {}, static_cast<double>(*value));
  };
  gauge("process_resident_memory_bytes", "Memory that is resident.", stats.resident_bytes);
  gauge("process_virtual_memory_bytes", "Address space.", stats.virtual_bytes);
  gauge("ganglion_resident_anonymous_bytes", "Resident memory that no file backs.",
        stats.resident_anonymous_bytes);
  if (stats.cpu_seconds) {
    page.Counter({"process_cpu_seconds_total", "Time of processors."}, {}, *stats.cpu_seconds);
  }
  gauge("process_open_fds", "Open files.", stats.open_files);
  gauge("process_max_fds", "Files that may be open.", stats.open_files_max);
  gauge("process_start_time_seconds", "When the process began, since 1970.", stats.start_time_s);
  gauge("process_threads", "Threads.", stats.threads);
}

}  // namespace ganglion::serve::metrics
