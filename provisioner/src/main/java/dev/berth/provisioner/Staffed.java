package dev.berth.provisioner;

import dev.berth.provisioner.queue.Controller;

/** A controller and how many keys it looks at at a time. */
record Staffed(Controller controller, int workers) {}
