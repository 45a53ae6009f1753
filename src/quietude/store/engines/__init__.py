"""The engines that answer Ibis expressions over the files of a snapshot. Nothing outside the store names one."""
