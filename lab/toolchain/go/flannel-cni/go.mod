module nordmesh.example/lab/flannel-cni

go 1.26.0

tool github.com/containernetworking/plugins/plugins/meta/flannel

require (
	github.com/containernetworking/cni v1.1.2 // indirect
	github.com/containernetworking/plugins v0.9.1 // indirect
)
