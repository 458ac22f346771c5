// Compiled with the flags of its instruction set, and alone in that. It may include only the
// kernel headers: an inline function from elsewhere would be compiled with these flags too, and
// the linker could pick that copy for a processor that cannot run it.

#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ganglion/kernels/amx-inl.h"
#include "ganglion/kernels/amx.h"

namespace ganglion::kernels {
namespace {

constexpr std::size_t kAmxTokens = 24;  // from where a tile product beats vectors

template <class C>
bool Run(const MatmulArgs& args) {
  using Many = ManyTokens<VecAvx512, AmxTile, C>;
  if (!Many::Fits(args)) return false;
  Many::Run(args);
  return true;
}

bool Ask() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned kTiles = 1u << 24, kInt8 = 1u << 25;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0) return false;
  if ((d & kTiles) == 0 || (d & kInt8) == 0) return false;
  constexpr long kRequestPermission = 0x1023;  // ARCH_REQ_XCOMP_PERM
  constexpr long kTileData = 18;               // the state component
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}

}  // namespace

bool AmxRunsHere() {
  static const bool runs = Ask();
  return runs;
}

bool AmxMatmul(WeightType type, const MatmulArgs& args) {
  if (args.tokens < kAmxTokens) return false;
  switch (type) {
    case WeightType::kQ8_0:
      return Run<CodesQ80<VecAvx512>>(args);
    case WeightType::kQ4_0:
      return Run<CodesQ40<VecAvx512>>(args);
    case WeightType::kQ4_1:
      return Run<CodesQ41<VecAvx512>>(args);
    case WeightType::kQ5_0:
      return Run<CodesQ50<VecAvx512>>(args);
    case WeightType::kQ5_1:
      return Run<CodesQ51<VecAvx512>>(args);
    case WeightType::kQ4_K:
      return Run<CodesQ4K<VecAvx512>>(args);
    case WeightType::kQ5_K:
      return Run<CodesQ5K<VecAvx512>>(args);
    case WeightType::kIQ4_NL:
      return Run<CodesIq4Nl<VecAvx512>>(args);
    case WeightType::kIQ4_XS:
      return Run<CodesIq4Xs<VecAvx512>>(args);
    case WeightType::kMXFP4:
      return Run<CodesMxfp4<VecAvx512>>(args);
    default:  // two scales in a block: twice the scaling, and vectors are as fast
      return false;
  }
}

}  // namespace ganglion::kernels
