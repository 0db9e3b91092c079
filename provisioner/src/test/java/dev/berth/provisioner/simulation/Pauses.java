package dev.berth.provisioner.simulation;

/** How whatever a controller calls stands still before and after what it does. */
@FunctionalInterface
interface Pauses {
  /** Nothing ever waits or fails. */
  Pauses NEVER = _ -> Fault.none();

  /** Stands still here; answers what becomes of the call. */
  Fault at(Point point);

  default Fault at(Point.Stage stage, String what) {
    return at(new Point(stage, what));
  }
}
