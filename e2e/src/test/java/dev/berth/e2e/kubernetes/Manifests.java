package dev.berth.e2e.kubernetes;

import java.util.List;
import java.util.stream.Collectors;

/** What the tests apply: short manifests, as a user would write them. */
final class Manifests {
  /** The image that every cluster has. */
  static final String BUSYBOX = "busybox:1";

  private Manifests() {}

  /** A claim of the default class. */
  static String claim(String name, String size) {
    return claim(name, "berth", "ReadWriteOnce", size);
  }

  static String claim(String name, String storageClass, String accessMode, String size) {
    return """
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata:
      name: %s
    spec:
      storageClassName: %s
      accessModes: [%s]
      resources:
        requests:
          storage: %s
    ---
    """
        .formatted(name, storageClass, accessMode, size);
  }

  /** A pod that has a claim mounted at /data and waits. */
  static String pod(String name, String claim) {
    return pod(name, claim, "while :; do sleep 1; done");
  }

  /** A pod that has a claim mounted at /data and runs a shell command, one line. */
  static String pod(String name, String claim, String command) {
    return """
    apiVersion: v1
    kind: Pod
    metadata:
      name: %s
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - name: main
        image: %s
        command:
        - sh
        - -c
        - >-
          %s
        volumeMounts:
        - name: data
          mountPath: /data
      volumes:
      - name: data
        persistentVolumeClaim:
          claimName: %s
    ---
    """
        .formatted(name, BUSYBOX, command, claim);
  }

  /** A class of local volumes with parameters, such as {@code allocation: thick}. */
  static String storageClass(
      String name, String bindingMode, String reclaimPolicy, String... parameters) {
    String lines =
        List.of(parameters).stream()
            .map(line -> "\n      " + line)
            .collect(Collectors.joining("", parameters.length == 0 ? " {}" : "", ""));
    return """
    apiVersion: storage.k8s.io/v1
    kind: StorageClass
    metadata:
      name: %s
    provisioner: local.berth.dev
    volumeBindingMode: %s
    reclaimPolicy: %s
    allowVolumeExpansion: true
    parameters:%s
    ---
    """
        .formatted(name, bindingMode, reclaimPolicy, lines.replace("\n      ", "\n  "));
  }
}
