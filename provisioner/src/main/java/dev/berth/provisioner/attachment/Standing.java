package dev.berth.provisioner.attachment;

import java.util.Map;

/** How a volume stands with the node that is to mount it. */
public sealed interface Standing {
  /** Its driver attaches nothing. */
  record NotNeeded() implements Standing {}

  /**
   * It is attached, and the node has said that it uses it.
   *
   * @param publishContext what NodeStageVolume and NodePublishVolume are given
   */
  record Attached(Map<String, String> publishContext) implements Standing {
    public Attached {
      publishContext = Map.copyOf(publishContext);
    }
  }

  /** It is not attached yet. */
  record Waiting(String why) implements Standing {}
}
