# What a request with a known token takes beyond one of a location without sessions, whichever key has signed it: no
# allocation but of the request's pool, which both make, and no system call.
use FindBin;
use lib "$FindBin::Bin/lib";

BEGIN {
    require Test::More;
    Test::More::plan(skip_all => 'not with a sanitizer') if $ENV{TEST_NGINX_PRELOAD};
    require Workspace;
    my $folder = Workspace::folder();
    my $library = "$folder/allocations.so";
    system(qw(cc -O2 -shared -fPIC -o), $library, "$FindBin::Bin/lib/allocations.c", '-ldl') == 0 or die 'no library';
    Workspace::write_file('allocations', "\0" x 8, 0666);
    my $nginx = $ENV{TEST_NGINX_BINARY} // '/usr/sbin/nginx';
    $ENV{TEST_NGINX_BINARY} = Workspace::write_file('nginx-counted', <<"EOS", 0755);
#!/bin/sh
ALLOCATIONS=$folder/allocations LD_PRELOAD=$library exec $nginx "\$@"
EOS
}
use Everywhere;
use Kit;
use List::Util qw(min);

my $requests = 300;
my $most = 2 / 3 * $requests;    # less than one each

new_key($_) for qw(hs old current);
new_key('rs', 'rsa');
new_key('es', 'p256');
my %keys = (
    hs => 'key hs file=hs.key;',
    rs => 'key rs file=rs.pub;',
    es => 'key es file=es.pub;',
    old => 'key current file=current.key; key old file=old.key; resign off;',
);
my $redis = RedisServer->new;
my $nginx = Nginx->new(
    realms => {map { $_ => "$keys{$_} cookie access_token; revocation cached; " . $redis->directives } keys %keys},
    server => 'keepalive_requests 100000;',
    locations => join "\n", map { "$_ empty_gif; }" } 'location = /bare { access_log off;',
        map { ("location = /$_ { auth_session $_; access_log off; error_log @{[folder]}/quiet.log error;",
            "location = /$_/cache { auth_session $_; add_header X-Cache \$session_cache;") } keys %keys,
);
my ($worker) = $nginx->workers;
my $client = Client->connect(port => $nginx->port);

sub say_once { Everywhere::say_on($client, @_) }

sub allocations { unpack 'Q', read_file(folder() . '/allocations') }

# How often each system call is made meanwhile; nothing where processes may not be traced.
sub system_calls {
    my ($code) = @_;
    my $file = folder() . '/calls';
    unlink $file;
    my $strace = fork // die "fork: $!";
    exec qw(strace -qq -o), $file, '-p', $worker or POSIX::_exit(1) unless $strace;
    my $is_traced = sub { read_file("/proc/$worker/status") =~ /TracerPid:\s+[1-9]/ };
    wait_until { $is_traced->() || waitpid($strace, POSIX::WNOHANG()) == $strace } 5;
    return unless $is_traced->();
    $code->();
    kill INT => $strace;
    waitpid $strace, 0;
    my %count;
    /^(\w+)\(/ && ++$count{$1} for split /\n/, read_file($file);
    return \%count;
}

# What so many requests take, each answered with 200; the least of several times, for the background asks Redis now and
# then.
sub taken {
    my ($path, @headers) = @_;
    my ($asked, $answered, @allocated) = (0, 0);
    my $ask = sub {
        for (1 .. $requests) { ++$asked; ++$answered if say_once($path, @headers)->status == 200 }
    };
    $ask->();
    for (1 .. 5) {
        my $before = allocations();
        $ask->();
        push @allocated, allocations() - $before;
    }
    my $calls = system_calls($ask);
    is $answered, $asked, "$path: all are answered";
    return {allocated => min(@allocated), calls => $calls};
}

for my $key (sort keys %keys) {
    my $cookie = cookie(mint({sub => $key, sid => $key}, key => $key));
    my $bare = taken('/bare', $cookie);
    cmp_ok $bare->{allocated}, '>=', $requests, "$key: allocations are counted";
    eventually { say_once("/$key/cache", $cookie)->header('X-Cache') eq 'HIT' } 5, "$key: known";
    my $hit = taken("/$key", $cookie);
    cmp_ok $hit->{allocated} - $bare->{allocated}, '<', $most, "$key: no allocation";
SKIP: {
        skip 'processes may not be traced', 1 unless $bare->{calls} && $hit->{calls};
        my %more = map { $_ => $hit->{calls}{$_} - ($bare->{calls}{$_} // 0) } keys %{$hit->{calls}};
        my @called = grep { $more{$_} >= $most } sort keys %more;
        is_deeply \@called, [], "$key: no system call" or diag explain \%more;
        cmp_ok $bare->{calls}{recvfrom} // 0, '>=', $requests, "$key: system calls are counted";
    }
}

done;
