package dev.berth.e2e.sigkill;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** The manifests of the test, and the few fields that it reads of objects. */
final class Objects {
  static final String DRIVER = "local.berth.dev";
  private static final ObjectMapper JSON = new ObjectMapper();

  private Objects() {}

  /** A class of the filesystem's name. */
  static JsonNode storageClass(String fsType, String bindingMode) {
    return parse(
        """
        {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "%s"},
         "provisioner": "%s", "parameters": {"csi.storage.k8s.io/fstype": "%s"},
         "reclaimPolicy": "Delete", "allowVolumeExpansion": true, "volumeBindingMode": "%s"}
        """
            .formatted(fsType, DRIVER, fsType, bindingMode));
  }

  static JsonNode claim(String name, String storageClass, long mebibytes) {
    return parse(
        """
        {"apiVersion": "v1", "kind": "PersistentVolumeClaim",
         "metadata": {"name": "%s", "namespace": "default"},
         "spec": {"storageClassName": "%s", "accessModes": ["ReadWriteOnce"],
                  "resources": {"requests": {"storage": "%dMi"}}}}
        """
            .formatted(name, storageClass, mebibytes));
  }

  /** A pod with the claim of its own name and an emptyDir in memory. */
  static JsonNode pod(String name) {
    return parse(
        """
        {"apiVersion": "v1", "kind": "Pod",
         "metadata": {"name": "%s", "namespace": "default"},
         "spec": {"containers": [{"name": "main", "image": "none",
                    "volumeMounts": [{"name": "data", "mountPath": "/data"},
                                     {"name": "fast", "mountPath": "/fast"}]}],
                  "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "%s"}},
                              {"name": "fast", "emptyDir": {"medium": "Memory"}}]}}
        """
            .formatted(name, name));
  }

  static String name(JsonNode object) {
    return object.at("/metadata/name").asText();
  }

  static boolean isDying(JsonNode object) {
    return !object.at("/metadata/deletionTimestamp").asText("").isEmpty();
  }

  static boolean isBound(JsonNode claim) {
    return claim.at("/status/phase").asText().equals("Bound");
  }

  /** Whether the volumes of a pod are mounted; containers are nobody's here. */
  static boolean isMounted(JsonNode pod) {
    return pod.at("/status/reason").asText().equals("VolumesMounted");
  }

  /** A quantity in MiB; Kubernetes keeps what it was given, and all of ours are whole MiB. */
  static long mebibytes(JsonNode quantity) {
    String text = quantity.asText("0Mi");
    if (text.endsWith("Gi")) {
      return Long.parseLong(text.substring(0, text.length() - 2)) << 10;
    }
    return text.endsWith("Mi")
        ? Long.parseLong(text.substring(0, text.length() - 2))
        : Long.parseLong(text) >> 20;
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
