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

// x times the share of the standard normal distribution below x.
//
// With h(a) the share above a >= 0, that is max(x, 0) - |x| h(|x|), which cancels nowhere. h(a) is
// exp(-a^2 / 2) times a function that falls slowly; as a polynomial in s = 1 / (1 + 0.3 a) without
// constant term it is off by less than 3e-8 of itself where exp() is not 0 (coefficients: Remez'
// exchange algorithm in 40 digits, for the smallest relative error on 0 <= a <= 13.3).
template <class V>
typename V::Reg GaussGate(typename V::Reg x) {
  using Reg = typename V::Reg;
  const Reg one = V::Broadcast(1.0f);
  const Reg a = V::Abs(x);
  const Reg s = V::Div(one, V::MulAdd(a, V::Broadcast(0.3f), one));
  Reg p = V::Broadcast(-0.02058464604f);
  p = V::MulAdd(p, s, V::Broadcast(0.1122170806f));
  p = V::MulAdd(p, s, V::Broadcast(-0.2276794826f));
  p = V::MulAdd(p, s, V::Broadcast(0.1910419887f));
  p = V::MulAdd(p, s, V::Broadcast(-0.07877770248f));
  p = V::MulAdd(p, s, V::Broadcast(0.09579325155f));
  p = V::MulAdd(p, s, V::Broadcast(0.07852186911f));
  p = V::MulAdd(p, s, V::Broadcast(0.1102055421f));
  p = V::MulAdd(p, s, V::Broadcast(0.1195756145f));
  p = V::MulAdd(p, s, V::Broadcast(0.1196864829f));
  const Reg power = Exp<V>(V::Mul(V::Mul(a, a), V::Broadcast(-0.5f)));
  const Reg above = V::Mul(V::Mul(p, s), power);
  return V::Sub(V::Max(x, V::Zero()), V::Mul(a, above));
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
