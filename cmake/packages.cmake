# Debian packages, made by `cpack` in a build directory: now halite-swarm alone, for the machine that a load comes from.
set(CPACK_GENERATOR DEB)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL swarm)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "The Halite developers <halite@localhost>")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_SWARM_PACKAGE_NAME halite-swarm)
set(CPACK_DEBIAN_SWARM_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_SWARM_PACKAGE_SECTION admin)
set(CPACK_COMPONENT_SWARM_DESCRIPTION "Load generator for Halite and Salt masters
Simulates thousands of minions that speak Salt's wire protocol, and measures
the master they talk to: rates, latencies, processor time and memory.")
include(CPack)
