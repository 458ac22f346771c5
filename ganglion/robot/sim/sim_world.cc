#include "ganglion/robot/sim/sim_world.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <mujoco/mujoco.h>

#include "ganglion/base/check.h"
#include "ganglion/robot/sim/mujoco_call.h"

namespace ganglion::robot::sim {
namespace {

constexpr TimeNs kSettleTime = 500_ms;
constexpr TimeNs kProximityPeriod = 20_ms;  // a ring of sonars at 50 Hz
constexpr double kSonarRange_m = 4.0;
constexpr double kStuckDamping = 50.0;  // N m s/rad: far more than a motor can overcome
constexpr double kCoastDamping = 0.1;   // of gears, which a powered servo makes up for
constexpr int kGroupOfRoom = 0;         // what distance sensors see; decoration is in group 1

double HeadingOf(const mjtNum* quat) {
  return std::atan2(2.0 * (quat[0] * quat[3] + quat[1] * quat[2]),
                    1.0 - 2.0 * (quat[2] * quat[2] + quat[3] * quat[3]));
}

}  // namespace

Result<std::unique_ptr<SimWorld>> SimWorld::Create(const std::string& mjcf_path,
                                                   const RobotDescription& description) {
  GN_ASSIGN_OR_RETURN(SimModel sim, LoadSimModel(mjcf_path, description));
  std::unique_ptr<mjData_, DataDeleter> data;
  mjModel* model = sim.model.get();
  GN_RETURN_IF_ERROR(CallMujoco("make data", [&] { data.reset(mj_makeData(model)); }));
  const auto step = static_cast<TimeNs>(std::llround(model->opt.timestep * 1e9));
  if (data == nullptr || step < 100'000 || step > 5_ms) {
    return Status(Code::kInvalidArgument, mjcf_path + ": timestep is not within 0.1 to 5 ms");
  }
  for (const ServoIds& servo : sim.servos) {
    data->qpos[servo.position] = servo.description.position_rad_start * servo.joint_per_rad;
  }
  std::unique_ptr<SimWorld> world(new SimWorld(std::move(sim), std::move(data), step));
  // Joints that are coupled to others (wrist, second finger) find their place, things settle. The
  // motors hold meanwhile, as they would before the power comes.
  world->ArmWheels();
  world->ArmServos();
  GN_RETURN_IF_ERROR(world->AdvanceTo(kSettleTime));
  world->now_ = 0;
  world->CutWheels();
  world->CutServos();
  return world;
}

SimWorld::SimWorld(SimModel sim, std::unique_ptr<mjData_, DataDeleter> data, TimeNs step)
    : sim_(std::move(sim)), data_(std::move(data)), grasp_(sim_), step_(step) {
  GN_CHECK(sim_.servos.size() <= robot::kServosMax);
}

SimWorld::~SimWorld() = default;

Status SimWorld::AdvanceTo(TimeNs until) {
  if (until - now_ > kAdvanceMax) {
    return Status(Code::kInvalidArgument, "simulation: more than 60 s in one call");
  }
  Status status;
  while (status.ok() && now_ + step_ <= until) status = Step();
  return status;
}

Status SimWorld::Step() {
  DriveWheels();
  DriveServos();
  WalkOneStep();
  GN_RETURN_IF_ERROR(CallMujoco("simulation", [this] { mj_step(sim_.model.get(), data_.get()); }));
  now_ += step_;
  for (int warning :
       {mjWARN_BADQPOS, mjWARN_BADQVEL, mjWARN_BADQACC, mjWARN_CONTACTFULL, mjWARN_CNSTRFULL}) {
    if (data_->warning[warning].number > 0) {
      return Status(Code::kInternal, "simulation: the physics diverged at " +
                                         std::to_string(now_ / 1'000'000) + " ms");
    }
  }
  bool closing = false;
  for (std::size_t i = 0; i < sim_.servos.size(); ++i) {
    const ServoIds& ids = sim_.servos[i];
    if (ids.description.joint != Joint::kGripper) continue;
    closing = servos_torque_ &&
              servos_[i].setpoint_rad * ids.joint_per_rad < data_->qpos[ids.position] - 0.0005;
  }
  grasp_.Update(*data_, closing);
  TrackPose();
  return {};
}

void SimWorld::DriveWheels() {
  mjModel* model = sim_.model.get();
  const bool fresh = now_ < wheels_expire_at_;
  const auto drive = [&](const WheelIds& wheel, double speed, bool stuck) {
    model->dof_damping[wheel.velocity] = stuck            ? kStuckDamping
                                         : wheels_torque_ ? wheel.damping
                                                          : kCoastDamping;
    // A velocity servo exerts kv times the error: without torque its command is what is so.
    data_->ctrl[wheel.actuator] =
        wheels_torque_ ? (fresh ? speed : 0.0) : data_->qvel[wheel.velocity];
  };
  drive(sim_.left, wheels_.left_rad_s, faults_.left_wheel_stuck);
  drive(sim_.right, wheels_.right_rad_s, faults_.right_wheel_stuck);
}

void SimWorld::DriveServos() {
  const bool fresh = now_ < servos_expire_at_;
  const double dt = static_cast<double>(step_) * 1e-9;
  for (std::size_t i = 0; i < sim_.servos.size(); ++i) {
    const ServoIds& ids = sim_.servos[i];
    Servo& servo = servos_[i];
    if (!servos_torque_) {
      data_->ctrl[ids.actuator] = data_->qpos[ids.position];
      continue;
    }
    if (fresh) {
      const double reach = servo.speed_rad_s * dt;
      servo.setpoint_rad += std::clamp(servo.target_rad - servo.setpoint_rad, -reach, reach);
    }
    data_->ctrl[ids.actuator] = servo.setpoint_rad * ids.joint_per_rad;
  }
}

void SimWorld::WalkOneStep() {
  if (walk_next_ >= walk_count_ || sim_.person_mocap < 0) return;
  mjtNum* position = data_->mocap_pos + 3 * sim_.person_mocap;
  const double dx = walk_[walk_next_].x_m - position[0];
  const double dy = walk_[walk_next_].y_m - position[1];
  const double distance = std::hypot(dx, dy);
  const double reach = walk_speed_mps_ * static_cast<double>(step_) * 1e-9;
  if (distance <= reach) {
    ++walk_next_;
    return;
  }
  position[0] += dx / distance * reach;
  position[1] += dy / distance * reach;
}

void SimWorld::TrackPose() {
  const mjtNum* pose = data_->qpos + sim_.rover_position;
  true_pose_.x_m = pose[0];
  true_pose_.y_m = pose[1];
  true_pose_.heading_rad += WrapAngle(HeadingOf(pose + 3) - true_pose_.heading_rad);
}

const ThingIds* SimWorld::FindThing(std::string_view name) const {
  const auto found = std::ranges::find(sim_.things, name, &ThingIds::name);
  return found == sim_.things.end() ? nullptr : &*found;
}

Result<Point3> SimWorld::ThingPosition(std::string_view name) const {
  const ThingIds* thing = FindThing(name);
  if (thing == nullptr) return Status(Code::kNotFound, "no thing named " + std::string(name));
  const mjtNum* p = data_->qpos + thing->position;
  return Point3{p[0], p[1], p[2]};
}

Status SimWorld::MoveThing(std::string_view name, const Point3& to) {
  const ThingIds* thing = FindThing(name);
  if (thing == nullptr) return Status(Code::kNotFound, "no thing named " + std::string(name));
  if (held() == name) grasp_.Drop();
  mjtNum* p = data_->qpos + thing->position;
  p[0] = to.x_m;
  p[1] = to.y_m;
  p[2] = to.z_m;
  std::fill_n(data_->qvel + thing->velocity, 6, 0.0);
  return CallMujoco("move", [this] { mj_forward(sim_.model.get(), data_.get()); });
}

std::vector<std::string> SimWorld::ThingNames() const {
  std::vector<std::string> names;
  for (const ThingIds& thing : sim_.things) names.push_back(thing.name);
  return names;
}

std::string_view SimWorld::held() const {
  if (grasp_.held() < 0) return {};
  return sim_.things[static_cast<std::size_t>(grasp_.held())].name;
}

void SimWorld::SetFaults(const SimFaults& faults) {
  if (faults.encoders_frozen && !faults_.encoders_frozen) ReadWheels(frozen_wheels_);
  faults_ = faults;
}

Status SimWorld::WalkPerson(std::span<const Waypoint> path, double speed_mps) {
  if (sim_.person_mocap < 0) return Status(Code::kNotFound, "nobody is in this room");
  if (path.size() > kWaypointsMax) {
    return Status(Code::kInvalidArgument, "a walk has at most 32 points");
  }
  std::ranges::copy(path, walk_.begin());
  walk_count_ = path.size();
  walk_next_ = 0;
  walk_speed_mps_ = std::clamp(speed_mps, 0.0, 2.0);
  return {};
}

Result<Point3> SimWorld::PersonPosition() const {
  if (sim_.person_mocap < 0) return Status(Code::kNotFound, "nobody is in this room");
  const mjtNum* p = data_->mocap_pos + 3 * sim_.person_mocap;
  return Point3{p[0], p[1], p[2]};
}

void SimWorld::ReadWheels(WheelState& state) const {
  if (faults_.encoders_frozen) {
    state = frozen_wheels_;
  } else {
    state.left_rad = data_->qpos[sim_.left.position];
    state.right_rad = data_->qpos[sim_.right.position];
    state.left_rad_s = data_->qvel[sim_.left.velocity];
    state.right_rad_s = data_->qvel[sim_.right.velocity];
  }
  state.sampled_at = now_;
}

void SimWorld::ReadServos(std::span<ServoState> states) const {
  for (std::size_t i = 0; i < states.size() && i < sim_.servos.size(); ++i) {
    const ServoIds& ids = sim_.servos[i];
    states[i].id = ids.description.id;
    states[i].position_rad = data_->qpos[ids.position] / ids.joint_per_rad;
    states[i].velocity_rad_s = data_->qvel[ids.velocity] / ids.joint_per_rad;
    states[i].effort = std::clamp(data_->actuator_force[ids.actuator] / ids.torque_max, -1.0, 1.0);
    states[i].temperature_c = 30.0;
    states[i].sampled_at = now_;
  }
}

bool SimWorld::KnowsServo(ServoId id) const {
  return std::ranges::any_of(sim_.servos,
                             [id](const ServoIds& servo) { return servo.description.id == id; });
}

bool SimWorld::BumperTouched() const {
  constexpr int kRoomBit =
      1;  // of contype, see robots/rover.xml: things that give way do not count
  constexpr double kLevel = 0.7;  // the gripper may rest on a table, not run into one
  const mjModel* model = sim_.model.get();
  for (int i = 0; i < data_->ncon; ++i) {
    const mjContact& contact = data_->contact[i];
    for (const auto& [mine, other] :
         {std::pair{contact.geom1, contact.geom2}, std::pair{contact.geom2, contact.geom1}}) {
      if ((model->geom_contype[other] & kRoomBit) == 0) continue;
      if (mine == sim_.bumper || mine == sim_.skirt) return true;
      const bool gripper =
          mine == sim_.palm || mine == sim_.left_finger || mine == sim_.right_finger;
      if (gripper && std::abs(contact.frame[2]) < kLevel) return true;
    }
  }
  return false;
}

double SimWorld::FreeDistance(double from_x_m, double direction) const {
  const mjModel* model = sim_.model.get();
  mjtByte groups[mjNGROUP] = {};
  groups[kGroupOfRoom] = 1;
  const int held_body =
      grasp_.held() < 0 ? -1 : sim_.things[static_cast<std::size_t>(grasp_.held())].body;
  const mjtNum* rover = data_->xpos + 3 * sim_.rover_body;
  const mjtNum* quat = data_->xquat + 4 * sim_.rover_body;
  const mjtNum forward[3] = {direction, 0.0, 0.0};
  mjtNum ray[3];
  mju_rotVecQuat(ray, forward, quat);
  double nearest = std::numeric_limits<double>::infinity();
  for (double y : {-0.2, -0.1, 0.0, 0.1, 0.2}) {
    for (double z : {0.05, 0.23}) {
      const mjtNum local[3] = {from_x_m, y, z};
      mjtNum from[3];
      mju_rotVecQuat(from, local, quat);
      mju_addTo3(from, rover);
      int geom = -1;
      const double range = mj_ray(model, data_.get(), from, ray, groups, 1, held_body, &geom);
      if (geom >= 0 && range <= kSonarRange_m) nearest = std::min(nearest, range);
    }
  }
  return nearest;
}

void SimWorld::ReadProximity(ProximityState& state) {
  if (now_ >= proximity_due_at_) {
    const mjModel* model = sim_.model.get();
    const auto front = [&](int geom) {
      return model->geom_pos[3 * geom] + model->geom_size[3 * geom];
    };
    const double rear = model->geom_pos[3 * sim_.skirt] - model->geom_size[3 * sim_.skirt];
    proximity_.free_ahead_m = FreeDistance(front(sim_.bumper), 1.0);
    proximity_.free_behind_m = FreeDistance(rear, -1.0);
    proximity_.sampled_at = now_;
    proximity_due_at_ = now_ + kProximityPeriod;
  }
  state = proximity_;
  state.bumper_pressed = faults_.bumper_pressed || BumperTouched();
  state.estop_pressed = faults_.estop_pressed;
}

void SimWorld::ApplyWheels(const SafeCommand& command) {
  wheels_ = command.wheels();
  wheels_torque_ = command.wheels_on();
  wheels_expire_at_ = command.expires_at();
}

void SimWorld::ApplyServos(const SafeCommand& command) {
  if (!command.servos_on()) {
    CutServos();
    return;
  }
  if (!servos_torque_) ArmServos();
  servos_expire_at_ = command.expires_at();
  for (std::size_t i = 0; i < command.servo_count(); ++i) {
    const ServoTarget& target = command.servo(i);
    for (std::size_t k = 0; k < sim_.servos.size(); ++k) {
      if (sim_.servos[k].description.id != target.id) continue;
      servos_[k].target_rad = target.position_rad;
      servos_[k].speed_rad_s = std::abs(target.velocity_rad_s_max);
    }
  }
}

void SimWorld::ApplyLight(Rgb color) {
  float* rgba = sim_.model->geom_rgba + 4 * sim_.lamp;
  const bool off = color.r == 0 && color.g == 0 && color.b == 0;
  const auto channel = [off](std::uint8_t value) {
    return off ? 0.25F : static_cast<float>(value) / 255.0F;
  };
  rgba[0] = channel(color.r);
  rgba[1] = channel(color.g);
  rgba[2] = channel(color.b);
}

void SimWorld::CutWheels() {
  wheels_ = {};
  wheels_torque_ = false;
}

void SimWorld::CutServos() { servos_torque_ = false; }

void SimWorld::ArmWheels() {
  wheels_ = {};
  wheels_torque_ = true;
}

void SimWorld::ArmServos() {
  for (std::size_t i = 0; i < sim_.servos.size(); ++i) {
    const double position = data_->qpos[sim_.servos[i].position] / sim_.servos[i].joint_per_rad;
    servos_[i] = {.target_rad = position, .setpoint_rad = position, .speed_rad_s = 0.0};
  }
  servos_torque_ = true;
}

}  // namespace ganglion::robot::sim
