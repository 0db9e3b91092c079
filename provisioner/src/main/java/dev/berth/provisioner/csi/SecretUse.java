package dev.berth.provisioner.csi;

import java.util.Optional;

/** What a secret of a StorageClass is for (external-provisioner's names). */
public enum SecretUse {
  PROVISIONER("provisioner-", "csiProvisionerSecret"),
  CONTROLLER_PUBLISH("controller-publish-", "csiControllerPublishSecret"),
  NODE_STAGE("node-stage-", "csiNodeStageSecret"),
  NODE_PUBLISH("node-publish-", "csiNodePublishSecret"),
  CONTROLLER_EXPAND("controller-expand-", ""),
  NODE_EXPAND("node-expand-", ""),
  CONTROLLER_MODIFY("controller-modify-", "");

  private final String prefix;
  private final String former;

  SecretUse(String prefix, String former) {
    this.prefix = prefix;
    this.former = former;
  }

  /** The parameter that names the secret. */
  public String nameKey() {
    return ClassParameters.PREFIX + prefix + "secret-name";
  }

  /** The parameter that says in which namespace it is. */
  public String namespaceKey() {
    return ClassParameters.PREFIX + prefix + "secret-namespace";
  }

  /** What {@link #nameKey} was called once; such keys reach the driver, too. */
  Optional<String> formerNameKey() {
    return former.isEmpty() ? Optional.empty() : Optional.of(former + "Name");
  }

  /** What {@link #namespaceKey} was called once. */
  Optional<String> formerNamespaceKey() {
    return former.isEmpty() ? Optional.empty() : Optional.of(former + "Namespace");
  }
}
