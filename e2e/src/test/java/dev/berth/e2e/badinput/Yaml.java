package dev.berth.e2e.badinput;

/** Good manifests, to be spoilt in one place each. */
final class Yaml {
  static final String CLASS =
      """
      apiVersion: storage.k8s.io/v1
      kind: StorageClass
      metadata: {name: NAME}
      provisioner: local.berth.dev
      reclaimPolicy: Delete
      volumeBindingMode: Immediate
      allowVolumeExpansion: true
      parameters: {allocation: thin}
      """;

  static final String CLAIM =
      """
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: NAME}
      spec:
        storageClassName: good
        accessModes: [ReadWriteOnce]
        volumeMode: Filesystem
        resources: {requests: {storage: 320Mi}}
      """;

  static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: NAME}
      spec:
        containers:
        - name: main
          image: none
          volumeMounts: [{name: data, mountPath: /data}]
        volumes: [{name: data, SOURCE}]
      """;

  private Yaml() {}

  static String storageClass(String name) {
    return CLASS.replace("NAME", name);
  }

  static String claim(String name) {
    return CLAIM.replace("NAME", name);
  }

  /** A pod with one volume of the source, for example {@code emptyDir: {}}. */
  static String pod(String name, String source) {
    return POD.replace("NAME", name).replace("SOURCE", source);
  }

  /** {@code text} with one place changed. */
  static String spoilt(String text, String from, String to) {
    if (!text.contains(from)) {
      throw new IllegalArgumentException("no " + from + " in " + text);
    }
    return text.replace(from, to);
  }
}
