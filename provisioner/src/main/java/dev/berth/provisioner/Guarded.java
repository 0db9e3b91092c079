package dev.berth.provisioner;

import dev.berth.provisioner.claim.Share;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.guard.BindingGuard;
import dev.berth.provisioner.metrics.Meters;
import java.time.Clock;
import java.util.Optional;

/** Whether claims are bound directly, by what was set and by what is in force. */
record Guarded(Optional<BindingGuard> guard, boolean alone) {
  static Guarded start(
      RoleSettings settings, Cluster cluster, Controllers controllers, Clock clock, Meters meters) {
    return switch (settings.binder()) {
      case OFF -> new Guarded(Optional.empty(), false);
      case FULL -> new Guarded(Optional.empty(), true);
      case AUTO -> {
        BindingGuard guard = BindingGuard.watch(cluster, settings.driver(), clock, meters);
        controllers.onClose(guard::close);
        yield new Guarded(Optional.of(guard), false);
      }
    };
  }

  boolean binds() {
    return alone || guard.filter(BindingGuard::inForce).isPresent();
  }

  Share share() {
    return binds() ? Share.BINDING : Share.PROVISIONING;
  }
}
