unattended-upgrades:
  pkg.installed

/etc/apt/apt.conf.d/20auto-upgrades:
  file.absent

/etc/apt/apt.conf.d/10periodic:
  file.managed:
    - contents: |
        APT::Periodic::Update-Package-Lists "1";
        APT::Periodic::Unattended-Upgrade "1";

/etc/apt/apt.conf.d/50unattended-upgrades:
  file.managed:
    - contents: |
        Unattended-Upgrade::Origins-Pattern { "origin=Debian,codename=${distro_codename},label=Debian-Security"; };
        Unattended-Upgrade::Automatic-Reboot "false";
    - require: [{pkg: unattended-upgrades}]
