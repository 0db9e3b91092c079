package dev.berth.provisioner.lost;

import dev.berth.provisioner.object.NodeView;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Whether a node can be waited for. */
sealed interface NodeState {
  /** It is ready, or was until just now; look again after this time, if any. */
  record Present(Optional<Duration> lookAgain) implements NodeState {}

  /** It has not been ready for longer than is waited for it. */
  record Away(Duration notReadyFor) implements NodeState {}

  /** There is no Node object. */
  record Gone() implements NodeState {}

  /** The state of a node at a time. */
  static NodeState of(Optional<NodeView> node, Duration grace, Instant now) {
    if (node.isEmpty()) {
      return new Gone();
    }
    if (node.get().ready()) {
      return new Present(Optional.empty());
    }
    Duration away = node.get().since().map(since -> Duration.between(since, now)).orElse(grace);
    return away.compareTo(grace) < 0 ? new Present(Optional.of(grace.minus(away))) : new Away(away);
  }
}
