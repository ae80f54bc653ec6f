struct Mine;

impl authgate::handler::Access for Mine {
    const DECLARATION: authgate::access::Declaration = authgate::access::Declaration::Public { reason: "mine" };
}

fn main() {}
