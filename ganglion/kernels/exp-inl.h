#pragma once

namespace ganglion::kernels {
namespace {

// exp(x) to about 2 units in the last place; 0 below -87.3, and at most exp(88).
//
// x = n ln 2 + r with |r| <= ln(2) / 2, exp(x) = 2^n exp(r). ln 2 is taken off in two parts, so
// that r is exact to the last bit. The polynomial is that of Cephes' expf (Moshier).
template <class V>
typename V::Reg Exp(typename V::Reg x) {
  using Reg = typename V::Reg;
  const Reg lowest = V::Broadcast(-87.3f);
  const Reg bounded = V::Min(V::Max(x, lowest), V::Broadcast(88.0f));
  const Reg n = V::Round(V::Mul(bounded, V::Broadcast(1.44269504f)));
  Reg r = V::MulAdd(n, V::Broadcast(-0.693359375f), bounded);
  r = V::MulAdd(n, V::Broadcast(2.12194440e-4f), r);
  Reg p = V::Broadcast(1.9875691500e-4f);
  p = V::MulAdd(p, r, V::Broadcast(1.3981999507e-3f));
  p = V::MulAdd(p, r, V::Broadcast(8.3334519073e-3f));
  p = V::MulAdd(p, r, V::Broadcast(4.1665795894e-2f));
  p = V::MulAdd(p, r, V::Broadcast(1.6666665459e-1f));
  p = V::MulAdd(p, r, V::Broadcast(5.0000001201e-1f));
  p = V::Add(V::MulAdd(V::Mul(p, r), r, r), V::Broadcast(1.0f));
  return V::ZeroBelow(x, lowest, V::Mul(p, V::Pow2(n)));
}

// cap * tanh(x / cap), off by at most a few units in the last place of `cap`.
template <class V>
typename V::Reg Softcap(typename V::Reg x, typename V::Reg twice_inverse_cap, typename V::Reg cap) {
  // tanh(t) = 1 - 2 / (exp(2t) + 1). Exp() is bounded, so that nothing overflows.
  using Reg = typename V::Reg;
  const Reg one = V::Broadcast(1.0f);
  const Reg power = Exp<V>(V::Mul(x, twice_inverse_cap));
  const Reg tanh = V::Sub(one, V::Div(V::Broadcast(2.0f), V::Add(power, one)));
  return V::Mul(cap, tanh);
}

}  // namespace
}  // namespace ganglion::kernels
