package dev.berth.e2e.scale;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;

/**
 * Many claims, and pods that have one each; the other claims wait for nobody.
 *
 * @param claims how many claims
 * @param pods how many of them have a pod
 */
record Crowd(int claims, int pods) {
  private static final ObjectMapper JSON = new ObjectMapper();

  Crowd {
    if (pods > claims) {
      throw new IllegalArgumentException(pods + " pods need as many claims, not " + claims);
    }
  }

  /** The classes, the claims, the pods. */
  List<JsonNode> manifests() {
    List<JsonNode> manifests = new ArrayList<>();
    manifests.add(storageClass("waiting", "WaitForFirstConsumer"));
    manifests.add(storageClass("immediate", "Immediate"));
    for (int i = 0; i < claims; i++) {
      manifests.add(claim("data-" + i, i < pods ? "waiting" : "immediate"));
    }
    for (int i = 0; i < pods; i++) {
      manifests.add(pod("pod-" + i, "data-" + i));
    }
    return manifests;
  }

  private static JsonNode storageClass(String name, String bindingMode) {
    return parse(
        """
        {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "%s"},
         "provisioner": "local.berth.dev", "parameters": {"csi.storage.k8s.io/fstype": "ext4"},
         "reclaimPolicy": "Delete", "volumeBindingMode": "%s"}
        """
            .formatted(name, bindingMode));
  }

  static JsonNode claim(String name, String storageClass) {
    return parse(
        """
        {"apiVersion": "v1", "kind": "PersistentVolumeClaim",
         "metadata": {"name": "%s", "namespace": "default"},
         "spec": {"storageClassName": "%s", "accessModes": ["ReadWriteOnce"],
                  "resources": {"requests": {"storage": "8Mi"}}}}
        """
            .formatted(name, storageClass));
  }

  static JsonNode pod(String name, String claim) {
    return parse(
        """
        {"apiVersion": "v1", "kind": "Pod",
         "metadata": {"name": "%s", "namespace": "default"},
         "spec": {"containers": [{"name": "main", "image": "none",
                    "volumeMounts": [{"name": "data", "mountPath": "/data"}]}],
                  "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "%s"}}]}}
        """
            .formatted(name, claim));
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
