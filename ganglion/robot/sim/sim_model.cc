#include "ganglion/robot/sim/sim_model.h"

#include <cmath>

#include <mujoco/mujoco.h>

#include "ganglion/robot/sim/limits.h"
#include "ganglion/robot/sim/mujoco_call.h"

namespace ganglion::robot::sim {
namespace {

constexpr double kAgreement_m = 0.002;

// Looks parts up by name and remembers the first that is missing.
class Finder {
 public:
  explicit Finder(const mjModel* model) : model_(model) {}

  int Find(int type, const char* kind, const std::string& name) {
    const int id = mj_name2id(model_, type, name.c_str());
    if (id < 0 && missing_.empty()) missing_ = std::string("no ") + kind + " named " + name;
    return id;
  }
  int Geom(const std::string& name) { return Find(mjOBJ_GEOM, "geom", name); }
  int Body(const std::string& name) { return Find(mjOBJ_BODY, "body", name); }

  Status status() const {
    return missing_.empty() ? Status() : Status(Code::kInvalidArgument, missing_);
  }

 private:
  const mjModel* model_;
  std::string missing_;
};

WheelIds FindWheel(const mjModel* model, Finder& find, const std::string& name) {
  WheelIds wheel;
  wheel.actuator = find.Find(mjOBJ_ACTUATOR, "actuator", name);
  const int joint = find.Find(mjOBJ_JOINT, "joint", name);
  if (joint < 0) return wheel;
  wheel.position = model->jnt_qposadr[joint];
  wheel.velocity = model->jnt_dofadr[joint];
  wheel.damping = model->dof_damping[wheel.velocity];
  return wheel;
}

ServoIds FindServo(const mjModel* model, Finder& find, const ServoDescription& description) {
  ServoIds servo;
  servo.description = description;
  const std::string name(JointName(description.joint));
  servo.actuator = find.Find(mjOBJ_ACTUATOR, "actuator", name);
  if (servo.actuator < 0) return servo;
  const int joint = model->actuator_trnid[2 * servo.actuator];
  servo.position = model->jnt_qposadr[joint];
  servo.velocity = model->jnt_dofadr[joint];
  servo.torque_max = model->actuator_forcerange[2 * servo.actuator + 1];
  if (description.joint == Joint::kGripper) {
    // A rack and pinion: the whole opening is the whole travel of a finger.
    const double travel_rad = description.map.ToRadians(100.0) - description.map.ToRadians(0.0);
    servo.joint_per_rad = model->actuator_ctrlrange[2 * servo.actuator + 1] / travel_rad;
  }
  return servo;
}

std::vector<ThingIds> FindThings(const mjModel* model, int rover_body) {
  std::vector<ThingIds> things;
  for (int body = 1; body < model->nbody && things.size() < kThingsMax; ++body) {
    if (body == rover_body || model->body_jntnum[body] != 1) continue;
    const int joint = model->body_jntadr[body];
    if (model->jnt_type[joint] != mjJNT_FREE) continue;
    ThingIds thing;
    const char* name = mj_id2name(model, mjOBJ_BODY, body);
    thing.name = name == nullptr ? "" : name;
    thing.body = body;
    thing.position = model->jnt_qposadr[joint];
    thing.velocity = model->jnt_dofadr[joint];
    for (int i = 0; i < model->neq; ++i) {
      if (model->eq_type[i] == mjEQ_WELD && model->eq_obj2id[i] == body) thing.weld = i;
    }
    things.push_back(thing);
  }
  return things;
}

Status Differs(const char* key, double described, double modelled) {
  return Status(Code::kInvalidArgument, std::string(key) + " is " + std::to_string(described) +
                                            " in the robot's description and " +
                                            std::to_string(modelled) + " in the MJCF file");
}

// The driver's numbers come from the description; a file that says something else would make
// odometry and bearings wrong without a trace.
Status CheckAgreement(const SimModel& sim, const RobotDescription& description) {
  const mjModel* model = sim.model.get();
  const int left_body = mj_name2id(model, mjOBJ_BODY, "left_wheel");
  const int right_body = mj_name2id(model, mjOBJ_BODY, "right_wheel");
  const int tread = mj_name2id(model, mjOBJ_GEOM, "left_wheel");
  const double radius = model->geom_size[3 * tread];
  const double track = model->body_pos[3 * left_body + 1] - model->body_pos[3 * right_body + 1];
  const ChassisDescription& chassis = description.chassis;
  if (std::abs(radius - chassis.wheel_radius_m) > kAgreement_m) {
    return Differs("chassis.wheel_radius_m", chassis.wheel_radius_m, radius);
  }
  if (std::abs(track - chassis.track_width_m) > kAgreement_m) {
    return Differs("chassis.track_width_m", chassis.track_width_m, track);
  }
  // With every joint at zero the bodies between rover and lens are only shifted, not turned.
  double forward = 0.0;
  double height = 0.0;
  for (int body = model->cam_bodyid[sim.head_camera]; body != sim.rover_body && body > 0;
       body = model->body_parentid[body]) {
    forward += model->body_pos[3 * body];
    height += model->body_pos[3 * body + 2];
  }
  if (std::abs(forward - description.camera.forward_m) > kAgreement_m) {
    return Differs("camera.forward_m", description.camera.forward_m, forward);
  }
  if (std::abs(height - description.camera.height_m) > kAgreement_m) {
    return Differs("camera.height_m", description.camera.height_m, height);
  }
  return {};
}

}  // namespace

void ModelDeleter::operator()(mjModel_* model) const { mj_deleteModel(model); }
void DataDeleter::operator()(mjData_* data) const { mj_deleteData(data); }

Result<SimModel> LoadSimModel(const std::string& mjcf_path, const RobotDescription& description) {
  SimModel sim;
  std::array<char, 1000> error = {};
  GN_RETURN_IF_ERROR(CallMujoco("load", [&] {
    sim.model.reset(mj_loadXML(mjcf_path.c_str(), nullptr, error.data(), int{error.size()}));
  }));
  if (sim.model == nullptr) {
    return Status(Code::kInvalidArgument, "load " + mjcf_path + ": " + error.data());
  }
  mjModel* model = sim.model.get();
  Finder find(model);
  sim.rover_body = find.Body("rover");
  sim.gripper_body = find.Body("gripper");
  sim.left = FindWheel(model, find, "left_wheel");
  sim.right = FindWheel(model, find, "right_wheel");
  for (const ServoDescription& servo : description.servos) {
    sim.servos.push_back(FindServo(model, find, servo));
  }
  find.Body("left_wheel");
  find.Body("right_wheel");
  find.Geom("left_wheel");
  sim.left_finger = find.Geom("left_finger");
  sim.right_finger = find.Geom("right_finger");
  sim.palm = find.Geom("palm");
  sim.bumper = find.Geom("bumper");
  sim.skirt = find.Geom("skirt");
  sim.lamp = find.Geom("lamp");
  sim.head_camera = find.Find(mjOBJ_CAMERA, "camera", "head");
  sim.top_camera = find.Find(mjOBJ_CAMERA, "camera", "top");
  GN_RETURN_IF_ERROR(find.status().WithContext(mjcf_path));
  const int rover_joint = model->body_jntadr[sim.rover_body];
  if (rover_joint < 0 || model->jnt_type[rover_joint] != mjJNT_FREE) {
    return Status(Code::kInvalidArgument, mjcf_path + ": the rover's body has no free joint");
  }
  sim.rover_position = model->jnt_qposadr[rover_joint];
  sim.things = FindThings(model, sim.rover_body);
  const int person = mj_name2id(model, mjOBJ_BODY, "person");
  if (person >= 0) sim.person_mocap = model->body_mocapid[person];
  model->cam_fovy[sim.head_camera] = description.camera.vertical_fov_deg;
  GN_RETURN_IF_ERROR(CheckAgreement(sim, description).WithContext(mjcf_path));
  return sim;
}

}  // namespace ganglion::robot::sim
