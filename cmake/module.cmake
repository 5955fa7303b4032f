# add_module(NAME base SOURCES a.cpp b.cpp DEPS x y): one folder = one static library homeport_NAME (alias homeport::NAME).
# add_module_test(NAME result SOURCES result_test.cpp DEPS homeport::base): one gtest executable, found by ctest case by case.

function(add_module)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;DEPS" ${ARGN})
  add_library(homeport_${ARG_NAME} STATIC ${ARG_SOURCES})
  add_library(homeport::${ARG_NAME} ALIAS homeport_${ARG_NAME})
  target_include_directories(homeport_${ARG_NAME} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(homeport_${ARG_NAME} PUBLIC ${ARG_DEPS} PRIVATE homeport_warnings)
endfunction()

function(add_module_test)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;DEPS;LABELS" ${ARGN})
  add_executable(test_${ARG_NAME} ${ARG_SOURCES})
  target_include_directories(test_${ARG_NAME} PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/tests)
  target_link_libraries(test_${ARG_NAME} PRIVATE ${ARG_DEPS} homeport_warnings GTest::gtest GTest::gmock GTest::gtest_main)
  gtest_discover_tests(test_${ARG_NAME} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS "${ARG_LABELS}")
endfunction()
