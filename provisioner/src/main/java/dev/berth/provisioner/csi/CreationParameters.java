package dev.berth.provisioner.csi;

/**
 * Parameters of CreateVolume beside those of Kubernetes' {@code extra-create-metadata}, for drivers
 * that ask for them in the manifest of GetPluginInfo. Drivers see parameters that they do not know
 * as errors, so nobody else gets them.
 */
public final class CreationParameters {
  /** The key in the manifest by which a driver asks for the others; its value says nothing. */
  public static final String MANIFEST = "berth.dev/records-claims";

  /** The uid of the cluster. */
  public static final String CLUSTER = "berth.dev/cluster";

  /** The uid of the claim. */
  public static final String CLAIM_UID = "berth.dev/claim-uid";

  private CreationParameters() {}
}
