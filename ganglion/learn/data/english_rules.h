#pragma once

#include <string>
#include <vector>

#include "ganglion/learn/data/english_clauses.h"

namespace ganglion::learn::english {

// A whole request before it is framed and made noisy.
struct Request {
  Clause clause;          // its text, its steps, and whether it can stand in a frame
  std::string kind;       // the rule's name
  bool one_verb = false;  // a gerund can be made of it
  // Parts of the text that noise must leave alone, beyond the targets and texts of the steps.
  bool fixed = false;  // no frame, no reason: the text is complete
};

// One thing to do.
Request SingleRequest(Rng& rng, const Style& style);
// Two to eight things in the order of the plan, however the sentence turns them around.
Request CompoundRequest(Rng& rng, const Style& style);
// "twice", "three times in a row", shapes.
Request RepeatRequest(Rng& rng, const Style& style);
// "no wait, right"; "don't ..., just ..."; all cancelled.
Request CorrectionRequest(Rng& rng, const Style& style);
Request NegationRequest(Rng& rng, const Style& style);
// Nothing can be done, or must be.
Request EmptyRequest(Rng& rng, const Style& style);

// Clauses that fit together: what is picked up is put down, pronouns mean what was named. With
// `bound` every clause but the last says where its spoken words end.
std::vector<Clause> DrawSequence(Rng& rng, const Style& style, std::size_t count, Use use);

// Joins clauses in the order given; never changes what they mean.
Clause Joined(Rng& rng, const Style& style, const std::vector<Clause>& clauses);

// Two or three steps in shorthand: "look left and then right", "open the gripper and close it".
Clause EllipticClause(Rng& rng, const Style& style);

void Append(std::vector<Step>& steps, const std::vector<Step>& more);

// Lays the voice over the finished text: letter case, punctuation, fillers, misspellings. What the
// steps copy from the text is changed in both or in neither.
void AddNoise(Rng& rng, const Style& style, Example& example);

}  // namespace ganglion::learn::english
