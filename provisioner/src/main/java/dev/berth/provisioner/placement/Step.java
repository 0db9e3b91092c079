package dev.berth.provisioner.placement;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;

/** What comes next for a pod without a node. */
sealed interface Step {
  /** It is placed, or does not want to be; or its claims are being bound. */
  record Nothing() implements Step {}

  /** The node will not do: write that into the pod's conditions and tell it. */
  record Refuse(Pod pod, String message) implements Step {}

  /** Tell a claim that waits for its first consumer which node it is. */
  record SelectNode(PersistentVolumeClaim claim) implements Step {}

  /** Bind a volume to a claim that waits for its first consumer: write the volume. */
  record Reserve(PersistentVolume volume) implements Step {}

  /** Give the pod its node. */
  record Place(Pod pod) implements Step {}

  /** The pod has its node: write that into its conditions. */
  record Confirm(Pod pod) implements Step {}
}
