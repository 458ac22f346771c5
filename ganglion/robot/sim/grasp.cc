#include "ganglion/robot/sim/grasp.h"

#include <mujoco/mujoco.h>

namespace ganglion::robot::sim {

double Grasp::Opening(const mjData_& data) const {
  for (const ServoIds& servo : sim_->servos) {
    if (servo.description.joint == Joint::kGripper) return data.qpos[servo.position];
  }
  return 0.0;
}

int Grasp::ThingBetweenFingers(const mjData_& data) const {
  int left = -1;
  int right = -1;
  for (int i = 0; i < data.ncon; ++i) {
    const mjContact& contact = data.contact[i];
    for (const auto& [finger, other] :
         {std::pair{contact.geom1, contact.geom2}, std::pair{contact.geom2, contact.geom1}}) {
      const int body = sim_->model->geom_bodyid[other];
      if (finger == sim_->left_finger) left = body;
      if (finger == sim_->right_finger) right = body;
    }
  }
  if (left < 0 || left != right) return -1;
  for (std::size_t i = 0; i < sim_->things.size(); ++i) {
    if (sim_->things[i].body == left && sim_->things[i].weld >= 0) return static_cast<int>(i);
  }
  return -1;
}

void Grasp::Weld(mjData_& data, int thing) {
  mjModel* model = sim_->model.get();
  const ThingIds& ids = sim_->things[static_cast<std::size_t>(thing)];
  const int gripper = sim_->gripper_body;
  // The layout of eq_data for a weld: 0..2 the anchor in the thing's frame, 3..5 the same point in
  // the gripper's frame, 6..9 the thing's orientation in the gripper's frame, 10 the torque scale.
  mjtNum* weld = model->eq_data + mjNEQDATA * ids.weld;
  mjtNum to_gripper[4];
  mju_negQuat(to_gripper, data.xquat + 4 * gripper);
  mjtNum offset[3];
  mju_sub3(offset, data.xpos + 3 * ids.body, data.xpos + 3 * gripper);
  mju_zero3(weld);
  mju_rotVecQuat(weld + 3, offset, to_gripper);
  mju_mulQuat(weld + 6, to_gripper, data.xquat + 4 * ids.body);
  model->eq_active[ids.weld] = 1;
  held_ = thing;
  held_opening_m_ = Opening(data);
}

void Grasp::Drop() {
  if (held_ < 0) return;
  sim_->model->eq_active[sim_->things[static_cast<std::size_t>(held_)].weld] = 0;
  held_ = -1;
}

void Grasp::Update(mjData_& data, bool closing) {
  if (held_ >= 0) {
    if (Opening(data) > held_opening_m_ + kRelease_m) Drop();
    return;
  }
  if (!closing) return;
  const int thing = ThingBetweenFingers(data);
  if (thing >= 0) Weld(data, thing);
}

}  // namespace ganglion::robot::sim
