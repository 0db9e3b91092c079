package dev.berth.provisioner.cluster.embedded;

import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import io.fabric8.kubernetes.api.model.HasMetadata;

/** One change of what is stored, decided and not yet on disk. */
sealed interface Effect {
  Kind<?> kind();

  Key key();

  /** The newest state; for a removal the last one. */
  HasMetadata object();

  /** The object is stored in this state, whatever was there. */
  record Put(Kind<?> kind, Key key, HasMetadata object, String body) implements Effect {}

  /** The object is gone. */
  record Remove(Kind<?> kind, Key key, HasMetadata object) implements Effect {}
}
