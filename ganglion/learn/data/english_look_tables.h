#pragma once

// The head. $s a side, $v up or down, $a and $b angles, $head what is turned.

namespace ganglion::learn::english {

inline constexpr const char* kHead =
    "(your head|your camera|the camera|the head|your head|the camera|your gaze|your eyes|the "
    "camera head|the lens)";
inline constexpr const char* kBit =
    "(a bit|a little|slightly|a touch|a little bit|just a bit|just slightly|just a touch|a tiny "
    "bit)";
inline constexpr const char* kLookCentre[] = {"look straight ahead",
                                              "look ahead",
                                              "look straight",
                                              "look straight forward",
                                              "look forward",
                                              "look to the front",
                                              "centre the head",
                                              "center the head",
                                              "centre your head",
                                              "center the camera",
                                              "centre the camera",
                                              "put your head straight",
                                              "straighten your head",
                                              "point the camera straight ahead",
                                              "turn your head back to the middle",
                                              "turn your head to the front",
                                              "bring your head back to the centre",
                                              "bring the camera back to center",
                                              "return your head to centre",
                                              "reset your head to the middle",
                                              "keep your eyes straight ahead",
                                              "point your head straight ahead",
                                              "set the camera straight",
                                              "look in front of you",
                                              "re-centre the camera",
                                              "aim the camera straight forward",
                                              "turn your gaze straight ahead",
                                              "hold your head straight"};
inline constexpr const char* kLookCentreFragment[] = {
    "head straight", "camera centre",   "camera center",
    "eyes front",    "head to centre",  "camera straight ahead",
    "head centred",  "head: centre",    "camera: zero",
    "pan 0, tilt 0", "camera straight", "pan zero tilt zero",
    "head neutral",  "eyes ahead"};
inline constexpr const char* kPanPlain[] = {"look $s at the $n",
                                            "look $s towards the $n",
                                            "turn $head $s towards the $n",
                                            "look $s",
                                            "look $s",
                                            "look $s",
                                            "look over $s",
                                            "turn $head $s",
                                            "turn $head $s",
                                            "point $head $s",
                                            "aim $head $s",
                                            "swivel $head $s",
                                            "pan $s",
                                            "pan $head $s",
                                            "rotate $head $s",
                                            "move $head $s",
                                            "have a look $s",
                                            "take a look $s",
                                            "swing $head $s",
                                            "direct $head $s",
                                            "glance $s",
                                            "cast your eyes $s",
                                            "shift your gaze $s"};
inline constexpr const char* kPanBy[] = {
    "look $a $s",          "look $s $a",         "look $s by $a",       "turn $head $a $s",
    "turn $head $s by $a", "turn $head $s $a",   "point $head $a $s",   "aim $head $a $s",
    "pan $a $s",           "pan $s $a",          "pan $head $a $s",     "pan $head $s by $a",
    "rotate $head $a $s",  "swivel $head $a $s", "move $head $s by $a", "swing $head $a $s",
    "set $head $a $s"};
inline constexpr const char* kTiltPlainUp[] = {"look up",
                                               "look up",
                                               "look upwards",
                                               "look upward",
                                               "tilt $head up",
                                               "tilt $head upwards",
                                               "raise your head",
                                               "lift your head",
                                               "point $head up",
                                               "tilt up",
                                               "aim $head upwards",
                                               "turn $head up",
                                               "put your head up",
                                               "look up at the ceiling",
                                               "look up at the sky",
                                               "lift your gaze",
                                               "look up at the $n",
                                               "look up towards the $n",
                                               "look up at my $n",
                                               "raise $head",
                                               "have a look up",
                                               "look up high",
                                               "tilt your head back"};
inline constexpr const char* kTiltPlainDown[] = {"look down",
                                                 "look down",
                                                 "look downwards",
                                                 "look downward",
                                                 "tilt $head down",
                                                 "tilt $head downwards",
                                                 "lower your head",
                                                 "point $head down",
                                                 "tilt down",
                                                 "aim $head downwards",
                                                 "turn $head down",
                                                 "put your head down",
                                                 "look down at the floor",
                                                 "look down at your wheels",
                                                 "lower your gaze",
                                                 "look down at the $n",
                                                 "look down towards the $n",
                                                 "look down at my $n",
                                                 "lower the camera",
                                                 "have a look down",
                                                 "dip your head",
                                                 "look down at the ground",
                                                 "bow your head"};
inline constexpr const char* kTiltBy[] = {"look $a $v",        "look $v $a",
                                          "look $v by $a",     "tilt $head $v $a",
                                          "tilt $head $a $v",  "tilt $head $v by $a",
                                          "tilt $a $v",        "tilt $v $a",
                                          "point $head $a $v", "aim $head $a ${v}wards",
                                          "turn $head $v $a",  "move $head $v by $a",
                                          "set $head $a $v",   "angle $head $a $v"};
inline constexpr const char* kBothPlain[] = {
    "look $v and $s",         "look $v and to the $s2", "look $v to the $s2",
    "look to the $s2 and $v", "turn $head $v and $s",   "point $head $v and to the $s2",
    "look $s and $v",         "aim $head $v $s",        "look $v $s"};
inline constexpr const char* kBothBy[] = {"pan $a $s and tilt $b $v",
                                          "look $a $s and $b $v",
                                          "turn $head $a $s and $b $v",
                                          "pan $s $a and tilt $v $b",
                                          "point $head $a $s and $b $v",
                                          "tilt $b $v and pan $a $s",
                                          "look $a to the $s2 and $b $v",
                                          "set the camera $a $s and $b $v",
                                          "aim $head $b $v and $a to the $s2",
                                          "pan $head $a $s, tilt $b $v",
                                          "look $b $v and $a $s",
                                          "turn your head $s $a and $v $b"};
inline constexpr const char* kLookFragmentPan[] = {
    "camera $a $s", "head $a $s",   "head $s $a",  "camera: $a $s", "pan $sign$a", "pan: $sign$a",
    "pan $a $s",    "camera $s $a", "head: $a $s", "eyes $a $s",    "cam $a $s"};
inline constexpr const char* kLookFragmentTilt[] = {
    "camera $a $v",  "head $a $v", "head $v $a",   "camera: $a $v", "tilt $sign$a",
    "tilt: $sign$a", "tilt $a $v", "camera $v $a", "head: $a $v",   "cam $a $v"};
inline constexpr const char* kLookFragmentBoth[] = {
    "camera: $a $s, $b $v",          "head $a $s, $b $v",
    "pan $psign$a, tilt $tsign$b",   "camera $a $s $b $v",
    "pan: $psign$a, tilt: $tsign$b", "head: $b $v, $a $s",
    "pan $a $s, tilt $b $v",         "cam: $s $a, $v $b"};
inline constexpr const char* kLookFragmentPlain[] = {"eyes $w", "head $w", "camera $w", "head: $w",
                                                     "camera: $w"};

}  // namespace ganglion::learn::english
