#include "ganglion/robot/sim/gl_context.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <dlfcn.h>

namespace ganglion::robot::sim {
namespace {

// Opened with global symbols, because MuJoCo looks there for eglGetProcAddress() or
// OSMesaGetProcAddress(). Never closed: drivers do not survive it.
void* OpenLibrary(const char* name) { return dlopen(name, RTLD_NOW | RTLD_GLOBAL); }

template <class Function>
bool Load(void* library, const char* name, Function*& function) {
  function = reinterpret_cast<Function*>(dlsym(library, name));
  return function != nullptr;
}

struct EglFunctions {
  decltype(eglGetProcAddress)* get_proc_address = nullptr;
  decltype(eglGetDisplay)* get_display = nullptr;
  decltype(eglInitialize)* initialize = nullptr;
  decltype(eglTerminate)* terminate = nullptr;
  decltype(eglChooseConfig)* choose_config = nullptr;
  decltype(eglBindAPI)* bind_api = nullptr;
  decltype(eglCreateContext)* create_context = nullptr;
  decltype(eglDestroyContext)* destroy_context = nullptr;
  decltype(eglMakeCurrent)* make_current = nullptr;
};

class EglContext final : public GlContext {
 public:
  static Result<std::unique_ptr<GlContext>> Create();
  ~EglContext() override {
    if (context_ != EGL_NO_CONTEXT) egl_.destroy_context(display_, context_);
  }
  const char* name() const override { return "EGL"; }
  bool MakeCurrent() override {
    return egl_.bind_api(EGL_OPENGL_API) == EGL_TRUE &&
           egl_.make_current(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, context_) == EGL_TRUE;
  }
  void Release() override {
    egl_.make_current(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
  }

 private:
  bool LoadFunctions(void* library);
  bool OpenDisplay();
  bool CreateContext();

  EglFunctions egl_;
  EGLDisplay display_ = EGL_NO_DISPLAY;
  EGLContext context_ = EGL_NO_CONTEXT;
};

bool EglContext::LoadFunctions(void* library) {
  return Load(library, "eglGetProcAddress", egl_.get_proc_address) &&
         Load(library, "eglGetDisplay", egl_.get_display) &&
         Load(library, "eglInitialize", egl_.initialize) &&
         Load(library, "eglTerminate", egl_.terminate) &&
         Load(library, "eglChooseConfig", egl_.choose_config) &&
         Load(library, "eglBindAPI", egl_.bind_api) &&
         Load(library, "eglCreateContext", egl_.create_context) &&
         Load(library, "eglDestroyContext", egl_.destroy_context) &&
         Load(library, "eglMakeCurrent", egl_.make_current);
}

bool EglContext::OpenDisplay() {
  // Surfaceless first: the default display may find a screen that belongs to somebody else.
  const auto platform_display = reinterpret_cast<PFNEGLGETPLATFORMDISPLAYEXTPROC>(
      egl_.get_proc_address("eglGetPlatformDisplayEXT"));
  if (platform_display != nullptr) {
    display_ = platform_display(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr);
    if (display_ != EGL_NO_DISPLAY && egl_.initialize(display_, nullptr, nullptr) == EGL_TRUE) {
      return true;
    }
  }
  display_ = egl_.get_display(EGL_DEFAULT_DISPLAY);
  return display_ != EGL_NO_DISPLAY && egl_.initialize(display_, nullptr, nullptr) == EGL_TRUE;
}

bool EglContext::CreateContext() {
  constexpr std::array<EGLint, 15> kWanted = {EGL_RED_SIZE,
                                              8,
                                              EGL_GREEN_SIZE,
                                              8,
                                              EGL_BLUE_SIZE,
                                              8,
                                              EGL_ALPHA_SIZE,
                                              8,
                                              EGL_DEPTH_SIZE,
                                              24,
                                              EGL_RENDERABLE_TYPE,
                                              EGL_OPENGL_BIT,
                                              EGL_SURFACE_TYPE,
                                              EGL_PBUFFER_BIT,
                                              EGL_NONE};
  EGLConfig config = nullptr;
  EGLint count = 0;
  if (egl_.choose_config(display_, kWanted.data(), &config, 1, &count) != EGL_TRUE || count == 0) {
    return false;
  }
  if (egl_.bind_api(EGL_OPENGL_API) != EGL_TRUE) return false;
  context_ = egl_.create_context(display_, config, EGL_NO_CONTEXT, nullptr);
  return context_ != EGL_NO_CONTEXT;
}

Result<std::unique_ptr<GlContext>> EglContext::Create() {
  void* library = OpenLibrary("libEGL.so.1");
  if (library == nullptr) return Status(Code::kUnavailable, "libEGL.so.1 is not installed");
  auto egl = std::make_unique<EglContext>();
  if (!egl->LoadFunctions(library)) {
    return Status(Code::kUnavailable, "libEGL.so.1 lacks a function");
  }
  if (!egl->OpenDisplay()) return Status(Code::kUnavailable, "EGL has no display");
  if (!egl->CreateContext() || !egl->MakeCurrent()) {
    return Status(Code::kUnavailable, "EGL makes no OpenGL context");
  }
  egl->Release();
  return std::unique_ptr<GlContext>(std::move(egl));
}

// The functions of GL/osmesa.h that are used, declared here so that building needs no header.
struct OsmesaFunctions {
  void* (*create_context)(unsigned format, int depth_bits, int stencil_bits, int accumulation_bits,
                          void* share) = nullptr;
  void (*destroy_context)(void* context) = nullptr;
  unsigned char (*make_current)(void* context, void* buffer, unsigned type, int width,
                                int height) = nullptr;
};

class OsmesaContext final : public GlContext {
 public:
  static Result<std::unique_ptr<GlContext>> Create();
  ~OsmesaContext() override {
    if (context_ != nullptr) osmesa_.destroy_context(context_);
  }
  const char* name() const override { return "OSMesa"; }
  bool MakeCurrent() override {
    constexpr unsigned kUnsignedByte = 0x1401;
    return osmesa_.make_current(context_, buffer_.data(), kUnsignedByte, kSide, kSide) != 0;
  }
  void Release() override { osmesa_.make_current(nullptr, nullptr, 0, 0, 0); }

 private:
  // OSMesa wants a default framebuffer, although MuJoCo draws into one of its own.
  static constexpr int kSide = 16;

  OsmesaFunctions osmesa_;
  void* context_ = nullptr;
  std::vector<unsigned char> buffer_ = std::vector<unsigned char>(4 * kSide * kSide);
};

Result<std::unique_ptr<GlContext>> OsmesaContext::Create() {
  constexpr unsigned kRgba = 0x1908;
  void* library = OpenLibrary("libOSMesa.so.8");
  if (library == nullptr) library = OpenLibrary("libOSMesa.so.6");
  if (library == nullptr) return Status(Code::kUnavailable, "libOSMesa.so.8 is not installed");
  auto osmesa = std::make_unique<OsmesaContext>();
  OsmesaFunctions& functions = osmesa->osmesa_;
  if (!Load(library, "OSMesaCreateContextExt", functions.create_context) ||
      !Load(library, "OSMesaDestroyContext", functions.destroy_context) ||
      !Load(library, "OSMesaMakeCurrent", functions.make_current)) {
    return Status(Code::kUnavailable, "libOSMesa lacks a function");
  }
  osmesa->context_ = functions.create_context(kRgba, 24, 8, 0, nullptr);
  if (osmesa->context_ == nullptr || !osmesa->MakeCurrent()) {
    return Status(Code::kUnavailable, "OSMesa makes no context");
  }
  osmesa->Release();
  return std::unique_ptr<GlContext>(std::move(osmesa));
}

}  // namespace

Result<std::unique_ptr<GlContext>> GlContext::Create(GlKind kind) {
  std::string tried = "no picture can be drawn";
  if (kind == GlKind::kAny || kind == GlKind::kEgl) {
    auto egl = EglContext::Create();
    if (egl.ok()) return egl;
    tried += "; " + std::string(egl.error().message());
  }
  if (kind == GlKind::kAny || kind == GlKind::kOsmesa) {
    auto osmesa = OsmesaContext::Create();
    if (osmesa.ok()) return osmesa;
    tried += "; " + std::string(osmesa.error().message());
  }
  if (kind == GlKind::kNone) tried += "; drawing is switched off";
  return Status(Code::kUnavailable, tried);
}

}  // namespace ganglion::robot::sim
