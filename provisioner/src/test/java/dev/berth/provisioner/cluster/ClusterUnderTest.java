package dev.berth.provisioner.cluster;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;

/** What the parts of the contract work with. */
interface ClusterUnderTest {
  String FINALIZER = "test.berth.dev/hold";

  /** The cluster. */
  Cluster cluster();

  /** A namespace that no other test has. */
  String namespace();

  default Key key(String name) {
    return Key.of(namespace(), name);
  }

  default ConfigMap map(String name, String value) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace(namespace())
        .withName(name)
        .endMetadata()
        .addToData("value", value)
        .build();
  }

  default ConfigMap held(String name) {
    return new ConfigMapBuilder(map(name, "1"))
        .editMetadata()
        .addToFinalizers(FINALIZER)
        .endMetadata()
        .build();
  }

  default ConfigMap with(ConfigMap map, String value) {
    return new ConfigMapBuilder(map).addToData("value", value).build();
  }

  default PersistentVolumeClaim claim(String name) {
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withNamespace(namespace())
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withAccessModes("ReadWriteOnce")
        .withStorageClassName("contract")
        .withNewResources()
        .addToRequests("storage", new Quantity("1Gi"))
        .endResources()
        .endSpec()
        .build();
  }
}
