/** Where volumes and snapshots of this driver can be: on its node. */
@NullMarked
package dev.berth.controller.topology;

import org.jspecify.annotations.NullMarked;
