#pragma once

#include <memory>

#include "ganglion/base/status.h"

namespace ganglion::robot::sim {

enum class GlKind : std::uint8_t { kAny, kEgl, kOsmesa, kNone };

// An OpenGL context without a window: EGL's surfaceless platform where it works (a GPU, or Mesa's
// software renderer), else OSMesa. Both libraries are opened at run time, so a machine without them
// loses its pictures and nothing else.
//
// Thread: a context may be used by any thread, one at a time; MakeCurrent() and Release() bracket
// each use on the thread that draws.
class GlContext {
 public:
  GlContext() = default;
  GlContext(const GlContext&) = delete;
  GlContext& operator=(const GlContext&) = delete;
  virtual ~GlContext() = default;

  // The error lists what was tried and why it failed. kNone always fails.
  static Result<std::unique_ptr<GlContext>> Create(GlKind kind);

  virtual const char* name() const = 0;
  [[nodiscard]] virtual bool MakeCurrent() = 0;
  virtual void Release() = 0;
};

}  // namespace ganglion::robot::sim
