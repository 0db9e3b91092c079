package dev.berth.controller.parameters;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The page docs/storageclass-parameters.md. */
final class ReferencePage {
  private static final String BEGIN =
      """
      # StorageClass parameters

      <!-- Generated from dev.berth.controller.parameters.ClassParameter; a test compares. To write it anew:
           mvn -pl controller-plugin -am test -Dtest=ReferencePageTest -Dsurefire.failIfNoSpecifiedTests=false -Dberth.docs.write=true -->

      What may stand under `parameters:` of a StorageClass whose `provisioner` is this driver. All are optional. A key that is
      not listed, or a value that a key does not take, is refused with `INVALID_ARGUMENT`; the message names it, and the
      event on the claim repeats the message.

      | parameter | takes | default | meaning |
      |---|---|---|---|
      """;

  private static final String MIDDLE =
      """

      ## Not parameters of the driver
      | key | meaning |
      |---|---|
      | `csi.storage.k8s.io/fstype` | `xfs` (the default) or `ext4`; read by the volume controller, which passes it on as the volume's filesystem |
      | `mountOptions` (a field of the class) | options of mount(8) and of the filesystem; those that are not on the driver's list are refused when the volume is made |
      """;

  private static final String MUTABLE =
      """

      ## Mutable parameters
      What may stand under `parameters:` of a VolumeAttributesClass whose `driverName` is this driver. They are recorded with
      the volume, in force at once where it is in use, and again whenever it is staged. A class that leaves a key out leaves
      the setting as it is. A key or a value that is not listed is refused with `INVALID_ARGUMENT`, and nothing is changed then.

      | parameter | takes | meaning |
      |---|---|---|
      """;

  private static final String END =
      """

      ## An example
      ```yaml
      apiVersion: storage.k8s.io/v1
      kind: StorageClass
      metadata:
        name: berth-local
      provisioner: local.berth.dev
      volumeBindingMode: WaitForFirstConsumer
      allowVolumeExpansion: true
      reclaimPolicy: Delete
      parameters:
        pool: disk
        allocation: thin
        undelete: 24h
        csi.storage.k8s.io/fstype: xfs
      ```
      """;

  private ReferencePage() {}

  static String text() {
    String people =
        ClassParameter.forPeople().stream()
            .map(
                p ->
                    "| `%s` | %s | %s | %s |%n"
                        .formatted(p.key(), p.takes(), p.otherwise(), p.meaning()))
            .collect(Collectors.joining());
    String controllers =
        Arrays.stream(ClassParameter.values())
            .filter(p -> !p.isForPeople())
            .map(p -> "| `%s` | %s. %s |%n".formatted(p.key(), capital(p.takes()), p.meaning()))
            .collect(Collectors.joining());
    String mutable =
        Arrays.stream(MutableParameter.values())
            .map(p -> "| `%s` | %s | %s |%n".formatted(p.key(), p.takes(), p.meaning()))
            .collect(Collectors.joining());
    return BEGIN + people + MIDDLE + controllers + MUTABLE + mutable + END;
  }

  private static String capital(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
