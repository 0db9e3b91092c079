package dev.berth.provisioner.simulation;

/** Unwinds the stack of a process that has been killed; nobody below the fiber catches an Error. */
final class Crash extends Error {
  private static final long serialVersionUID = 1;

  Crash() {
    super("killed by the simulator", null, false, false);
  }
}
