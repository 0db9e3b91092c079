package dev.berth.provisioner.object;

/** Annotations, finalizers and labels: names that other programs know, so each is exact. */
public final class Names {
  public static final String BIND_COMPLETED = "pv.kubernetes.io/bind-completed";
  public static final String BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller";
  public static final String PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";
  public static final String STORAGE_PROVISIONER = "volume.kubernetes.io/storage-provisioner";
  public static final String BETA_STORAGE_PROVISIONER =
      "volume.beta.kubernetes.io/storage-provisioner";
  public static final String SELECTED_NODE = "volume.kubernetes.io/selected-node";
  public static final String BETA_STORAGE_CLASS = "volume.beta.kubernetes.io/storage-class";
  public static final String DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";
  public static final String BETA_DEFAULT_CLASS =
      "storageclass.beta.kubernetes.io/is-default-class";
  public static final String DELETION_SECRET_NAME =
      "volume.kubernetes.io/provisioner-deletion-secret-name";
  public static final String DELETION_SECRET_NAMESPACE =
      "volume.kubernetes.io/provisioner-deletion-secret-namespace";
  public static final String MODIFY_SECRET_NAME =
      "volume.kubernetes.io/controller-modify-secret-name";
  public static final String MODIFY_SECRET_NAMESPACE =
      "volume.kubernetes.io/controller-modify-secret-namespace";
  public static final String PRE_RESIZE_CAPACITY = "volume.alpha.kubernetes.io/pre-resize-capacity";
  public static final String NODE_EXPANSION_NOT_REQUIRED =
      "volume.kubernetes.io/node-expansion-not-required";

  /** The attribute of a CSI volume that says which instance made it. */
  public static final String PROVISIONER_IDENTITY = "storage.kubernetes.io/csiProvisionerIdentity";

  /** Keeps a PV until its volume is deleted from the driver. */
  public static final String PROVISIONER_FINALIZER =
      "external-provisioner.volume.kubernetes.io/finalizer";

  /** Keeps a claim while pods use it. */
  public static final String CLAIM_PROTECTION = "kubernetes.io/pvc-protection";

  /** Keeps a claim while others are being filled from it. */
  public static final String CLONING_PROTECTION =
      "provisioner.storage.kubernetes.io/cloning-protection";

  /** Keeps a PV while it is bound. */
  public static final String VOLUME_PROTECTION = "kubernetes.io/pv-protection";

  /**
   * Ours: keeps a claim from before CreateVolume until its final answer, lest a volume that nobody
   * knows be left behind.
   */
  public static final String CREATING_FINALIZER = "berth.dev/creating-volume";

  /** Ours: since when the node of a PV has had no Node object, as RFC 3339. */
  public static final String NODE_LOST_SINCE = "berth.dev/node-lost-since";

  /** The admission policy, and its binding, under which claims are bound directly. */
  public static final String BINDING_GUARD = "berth-binding-guard";

  /** The taint by which a person says that a node is off, so that its volumes may go elsewhere. */
  public static final String OUT_OF_SERVICE = "node.kubernetes.io/out-of-service";

  /** The provisioner of classes whose volumes are made by people. */
  public static final String NO_PROVISIONER = "kubernetes.io/no-provisioner";

  /** What an annotation says when it says yes. */
  public static final String YES = "yes";

  private Names() {}

  /**
   * The label that every PV of a driver has from birth with the name of the node on which it was
   * made. Our own driver's topology has the same key.
   */
  public static String nodeLabel(String driver) {
    return "topology." + driver + "/node";
  }
}
