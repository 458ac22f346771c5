#include "apps/ganglion/interrupt.h"

#include <csignal>

namespace ganglion::app {
namespace {

// The one thing that a signal handler may touch besides lock-free atomics.
volatile std::sig_atomic_t interrupted = 0;

void OnInterrupt(int) { interrupted = 1; }

}  // namespace

InterruptCounter::InterruptCounter() {
  struct sigaction action {};
  action.sa_handler = OnInterrupt;  // no SA_RESTART: a read in progress shall return
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
}

InterruptCounter::~InterruptCounter() { std::signal(SIGINT, SIG_DFL); }

bool InterruptCounter::Take() {
  const bool was = interrupted != 0;
  interrupted = 0;
  return was;
}

}  // namespace ganglion::app
