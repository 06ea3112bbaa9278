// Package controllers stands in for the module of that name: cilium reads one constant of it.
package controllers

// DerivedServiceAnnotation names the Service that was made for a ServiceImport.
const DerivedServiceAnnotation = "multicluster.kubernetes.io/derived-service"
